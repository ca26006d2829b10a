"""What a notebook runs that launches servers, and says who they are."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from labapp import lab
from labapp.observe.kernel.identity import started_at


def launch(commands: Sequence[str]) -> None:
    """Launch a server for each command; print who they are, in a line."""
    with ThreadPoolExecutor(2) as threads:
        print(json.dumps(list(threads.map(_launched, commands))))


def _launched(command: str) -> dict:
    web = lab.launch(command, ready="/ping", timeout=60)
    pids = [web.guard_pid, *(process.pid for process in web.snapshot())]
    return {
        "processes": [(pid, since) for pid in pids if (since := started_at(pid))],
        "port": web.port,
        "directory": str(web.directory),
    }
