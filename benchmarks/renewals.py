"""How many requests fail while a server under load is reloaded, and while its whole program is exchanged.

Each reload is one HUP to a Gunicorn of two sync workers; each upgrade is USR2, WINCH and QUIT to a daemon.
Two rows of loads, of two connections each, go on all the time, and change over at different moments, so that
no moment goes unasked. Sync workers close each connection, so each request makes one.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from labapp import lab

if TYPE_CHECKING:
    from labapp.load import Load

GUNICORN = 'gunicorn "labapp:create_app()" --workers 2'
SECONDS = (1.3, 1.7)  # of each load, in the two rows
STEP = 30.0


def reload(web: lab.Server) -> None:
    """Have both workers replaced, and wait until the old ones are gone."""
    before = {worker.pid for worker in web.workers}
    web.signal("HUP")
    web.wait_until(lambda: not before & {process.pid for process in web.tree()}, workers=2, timeout=STEP)


def upgrade(web: lab.Server) -> None:
    """Have a second master take over, step by step."""
    old = web.tree().masters[0].pid
    web.signal("USR2")
    web.wait_until(lambda: len(web.tree().masters) == 2, workers=4, timeout=STEP)
    web.signal("WINCH")
    web.wait_until(workers=2, timeout=STEP)
    lines = len(web.log.lines)
    web.signal("QUIT")
    web.log.wait_for("promoted", since=lines, timeout=STEP)
    web.wait_until(lambda: old not in {process.pid for process in web.tree()}, workers=2, timeout=STEP)


def customers(web: lab.Server, seconds: float, over: Event) -> list[Load]:
    """Send load after load until it is over."""
    loads = []
    while not over.is_set():
        loads.append(lab.load(web, "/ping", duration=seconds, concurrency=2, progress=False))
    return loads


def measure(name: str, command: str, renew: Callable[[lab.Server], None], trials: int) -> None:
    """Print what became of every request that was sent during so many renewals."""
    over = Event()
    with lab.launch(command) as web, ThreadPoolExecutor(len(SECONDS)) as pool:
        web.wait_until(workers=2)
        rows = [pool.submit(customers, web, seconds, over) for seconds in SECONDS]
        try:
            for _ in range(trials):
                renew(web)
        finally:
            over.set()
        loads = [load for row in rows for load in row.result()]
    sent = sum(len(load.exchanges) for load in loads)
    failed = sum(bool(each.error) or each.status != 200 for load in loads for each in load.exchanges)
    print(f"{trials} {name}: {failed} of {sent:,} requests failed (goal 0)", flush=True)
    for load in loads:
        if load.errors or set(load.statuses) != {200}:
            print(load)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=20, help="renewals of each kind (20)")
    chosen = parser.parse_args()
    measure("reloads", GUNICORN, reload, chosen.trials)
    with tempfile.TemporaryDirectory() as folder:
        daemon = f"--daemon --enable-stdio-inheritance --pid {Path(folder, 'pid')}"
        measure("upgrades", f"{GUNICORN} {daemon}", upgrade, chosen.trials)


if __name__ == "__main__":
    main()
