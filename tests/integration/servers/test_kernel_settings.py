"""The course's settings of its kernels."""

import shutil
from pathlib import Path

import pytest
from support.kernels import running_kernel
from support.places import ROOT

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


def test_a_request_that_comes_during_a_reply_is_answered(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    profile = tmp_path / "profile_default"
    profile.mkdir()
    shutil.copy(ROOT / "setup" / "ipython_kernel_config.py", profile)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    with running_kernel() as kernel:
        kernel.run(LATE)
        first = kernel.client.kernel_info()
        kernel.result(first)  # Its end is told before the reply.
        second = kernel.client.kernel_info()
        while kernel.client.get_shell_msg(timeout=10)["parent_header"]["msg_id"] != second:
            pass
