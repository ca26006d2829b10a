"""Real kernels, as a notebook has them."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager

from support.remains import PROGRAMS


@contextmanager
def running_kernel(cwd: Path = PROGRAMS) -> Iterator["Kernel"]:
    """A kernel of this very Python, in a folder whose modules it can import, shut down at the end."""
    with tempfile.TemporaryDirectory(prefix="lab-", dir="/tmp") as folder:
        # Over unix sockets: a TCP port that was free when chosen may be taken when the kernel binds it.
        manager = KernelManager(transport="ipc", connection_file=str(Path(folder, "kernel.json")))
        manager.kernel_spec.argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        manager.start_kernel(cwd=str(cwd))
        client = manager.client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=60)
            yield Kernel(manager, client)
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
            manager.cleanup_resources()


class Kernel:
    """A kernel that runs cells."""

    def __init__(self, manager: KernelManager, client: BlockingKernelClient) -> None:
        self.manager = manager
        self.client = client

    @property
    def pid(self) -> int:
        return self.manager.provisioner.pid

    def run(self, code: str) -> str:
        """Run a cell; return what it printed."""
        return self.result(self.client.execute(code))

    def result(self, request: str) -> str:
        """Wait for the end of a cell under way; return what it printed."""
        printed = ""
        while True:
            message = self.client.get_iopub_msg(timeout=60)
            if message["parent_header"].get("msg_id") != request:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "stream":
                printed += content["text"]
            elif kind == "error":
                raise RuntimeError("\n".join(content["traceback"]))
            elif kind == "status" and content["execution_state"] == "idle":
                return printed
