"""Up to which throughput the numbers of `lab.load` are about the server: beside `wrk`, on the same server.

Both send to a trivial route on sync workers of Gunicorn, in turn, so that whatever else the machine does
befalls both. Sync workers close each connection, so each request pays for one. A run takes a few seconds.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess

from labapp import lab

GOAL = 0.5
TOGETHER = 8  # Connections.


def wrk(url: str, seconds: int) -> float:
    """Return the requests per second that `wrk` reports."""
    command = ["wrk", "--threads", "1", "--connections", str(TOGETHER), "--duration", f"{seconds}s", url]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"Requests/sec: +([\d.]+)", told)
    if not found:
        raise RuntimeError(f"no figure in what wrk said: {told}")
    return float(found[1])


def generator(url: str, seconds: int) -> float:
    """Return the answers per second of `lab.load`; every request must have been answered."""
    load = lab.load(url, duration=seconds, concurrency=TOGETHER, progress=False)
    if load.errors or set(load.statuses) != {200}:
        raise RuntimeError(str(load))
    return load.throughput


def measure(workers: int, seconds: int, rounds: int) -> None:
    """Print the figures for so many workers."""
    with lab.launch(f'gunicorn "labapp:create_app()" --workers {workers}') as web:
        web.wait_until(workers=workers)
        url = f"{web.url}/ping"
        pairs = []
        for _ in range(rounds):
            pairs.append((wrk(url, seconds), generator(url, seconds)))
            print(f"{workers:7} {pairs[-1][0]:10,.0f} {pairs[-1][1]:10,.0f}", flush=True)
    ratio = statistics.median(ours / theirs for theirs, ours in pairs)
    verdict = "reached" if ratio >= GOAL else "missed"
    print(f"{workers} sync workers: {ratio:.2f} of wrk's throughput (goal {GOAL}, {verdict})\n")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=2, help="per run (2)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each, in turn (3)")
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2], help="sync workers (1 2)")
    chosen = parser.parse_args()
    if not shutil.which("wrk"):
        print("wrk is not installed: there is nothing to compare with (apt install wrk, brew install wrk)")
        return
    print(f"{os.cpu_count()} processors, shared by server and generator; {TOGETHER} connections")
    print(f"{'workers':>7} {'wrk':>10} {'lab.load':>10}   (answers/s)")
    for workers in chosen.workers:
        measure(workers, chosen.seconds, chosen.rounds)


if __name__ == "__main__":
    main()
