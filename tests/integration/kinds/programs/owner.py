"""A process that launches servers, says who they are, and stays: `python owner.py COMMAND…`."""

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from labapp import lab
from labapp.observe.kernel.identity import started_at


def told(command: str) -> dict:
    web = lab.launch(command, ready="/ping", timeout=60)
    pids = [web.guard_pid, *(process.pid for process in web.snapshot())]
    return {
        "processes": [(pid, since) for pid in pids if (since := started_at(pid))],
        "port": web.port,
        "directory": str(web.directory),
    }


with ThreadPoolExecutor(2) as threads:
    print(json.dumps(list(threads.map(told, sys.argv[1:]))), flush=True)
threading.Event().wait(600)
