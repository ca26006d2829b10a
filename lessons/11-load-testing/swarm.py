"""Locust as a person calls it, in one process or in several; its statistics as a dictionary."""

import json
import os
import shutil
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

LOCUST = (sys.executable, "-m", "locust", "-f", str(Path(__file__).with_name("journey.py")))
PATIENCE = 40
# Where the system can, a process of Locust ends with the notebook's kernel, however that ends.
WITH_US = ("setpriv", "--pdeathsig", "KILL") if shutil.which("setpriv") else ()


def play(host, users, seconds, workers=0):
    """Have so many users visit the host; return what Locust counted, and the pids that it ran in."""
    command = [*LOCUST, "--headless", "--users", str(users), "--spawn-rate", str(users)]
    command += ["--run-time", f"{seconds}s", "--host", host, "--json", "--skip-log"]
    with ExitStack() as stack:
        helpers = []
        if workers:
            port = free_port()
            command += ["--master", "--master-bind-host", "127.0.0.1", "--master-bind-port", str(port)]
            command += ["--expect-workers", str(workers), "--expect-workers-max-wait", "20"]
            worker = [*LOCUST, "--worker", "--master-host", "127.0.0.1", "--master-port", str(port)]
            helpers = [stack.enter_context(running([*worker, "--skip-log"])) for _ in range(workers)]
        main = stack.enter_context(running(command))
        told, complaints = main.communicate(timeout=PATIENCE)
        if main.returncode not in (0, 1):  # 1: some requests failed.
            raise RuntimeError(complaints.decode()[-800:])
        return json.loads(told), main.pid, [helper.pid for helper in helpers]


class running(subprocess.Popen):  # noqa: N801 (it is used as a function)
    """A process of Locust, which is gone when the block is left."""

    def __init__(self, command):
        environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
        pipe = subprocess.PIPE
        super().__init__(
            [*WITH_US, *command], stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, env=environment
        )

    def __exit__(self, *raised):
        if self.poll() is None:
            try:
                self.wait(3 if raised[0] is None else 0)
            except subprocess.TimeoutExpired:
                self.kill()
        super().__exit__(*raised)


def free_port():
    """Return a port that nobody has at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
