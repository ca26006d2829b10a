"""The course's settings of its kernels."""

import shutil
from pathlib import Path

import pytest
from support.kernels import running_kernel
from support.places import ROOT

from labapp.course.lesson import new_notebook

# From now on each reply leaves late, and what is asked meanwhile arrives before it has left.
LATE = """
import time
from ipykernel.kernelapp import IPKernelApp

manager = IPKernelApp.instance().kernel.shell_channel_thread.manager

def late(message):
    time.sleep(0.5)
    manager._send_on_shell_channel(message)

manager._shell_channel_io_loop.add_callback(manager._main_to_shell_channel.to_stream.on_recv, late)
"""


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Give the kernels of a test the settings that stand in the checkout."""
    profile = tmp_path / "profile_default"
    profile.mkdir()
    shutil.copy(ROOT / "setup" / "ipython_kernel_config.py", profile)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))


def test_a_kernel_calls_its_language_what_the_notebooks_call_it() -> None:
    with running_kernel() as kernel:
        reply = kernel.client.kernel_info(reply=True, timeout=30)
    assert reply["content"]["language_info"] == new_notebook([], {}).metadata.language_info


def test_a_request_that_comes_during_a_reply_is_answered() -> None:
    with running_kernel() as kernel:
        kernel.run(LATE)
        first = kernel.client.kernel_info()
        kernel.result(first)  # Its end is told before the reply.
        second = kernel.client.kernel_info()
        while kernel.client.get_shell_msg(timeout=10)["parent_header"]["msg_id"] != second:
            pass
