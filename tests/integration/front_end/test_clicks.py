"""In which thread of a kernel a click is handled."""

from collections.abc import Iterator

import pytest
from support.kernels import Kernel, running_kernel

SETUP = """
import threading
from labapp.course.quiz.form import Form

heard = threading.Event()
form = Form({"question": 1}, {}, lambda state: heard.set())
print(form.comm.comm_id)
"""


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    with running_kernel() as kernel:
        yield kernel


@pytest.fixture
def form(kernel: Kernel) -> str:
    return kernel.run(SETUP).strip()


def click(kernel: Kernel, form: str, subshell: str) -> None:
    """Send what a page sends of a click, to be handled in a subshell."""
    state = {"method": "update", "state": {"state": {"choice": subshell}}, "buffer_paths": []}
    message = kernel.client.session.msg("comm_msg", {"comm_id": form, "data": state})
    message["header"]["subshell_id"] = subshell
    kernel.client.shell_channel.send(message)


def test_a_click_is_handled_while_a_cell_runs(kernel: Kernel, form: str) -> None:
    kernel.client.control_channel.send(kernel.client.session.msg("create_subshell_request", {}))
    subshell = kernel.client.get_control_msg(timeout=10)["content"]["subshell_id"]
    cell = kernel.client.execute("print(heard.wait(20))")
    click(kernel, form, subshell)
    assert kernel.result(cell) == "True\n"


def test_a_click_that_was_sent_to_a_subshell_that_is_gone_is_handled_after_the_cell(
    kernel: Kernel, form: str
) -> None:
    click(kernel, form, "gone")
    # Whatever came before has been handled when a cell begins.
    assert kernel.run("print(heard.wait(20))") == "True\n"
