"""How long `lab.examine` takes, and how far its advice is from the best of a full sweep.

Both are about the course's own application: a path that works for 5 ms and one that waits for 20 ms. The
sweep measures every size of a grid, each by a closed loop on each path, in rounds, so that whatever else the
machine does befalls all of them; the fastest of a size's rounds counts. The ratio is that of the advised size
to the fastest one, both from the sweep.
"""

from __future__ import annotations

import argparse
import os
import time

from labapp import lab
from labapp.servers import Size

COMMAND = 'gunicorn "labapp:create_app()"'
PATHS = ("/cpu?ms=5", "/wait?seconds=0.02")
GOAL = 0.8
CONNECTIONS = 96


def rate(size: Size, seconds: float) -> float:
    """Return the answers per second of a size, if each path is asked as often."""
    command = f"{COMMAND} --workers {size.workers} --threads {size.threads}"
    with lab.launch(command) as web:
        web.wait_until(workers=size.workers)
        loads = [
            lab.load(web, path, duration=seconds, concurrency=CONNECTIONS, progress=False) for path in PATHS
        ]
    return len(PATHS) / sum(1 / load.throughput for load in loads)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--within", type=float, default=90.0, help="s for the examination (90)")
    parser.add_argument("--seconds", type=float, default=1.0, help="of each load of the sweep (1)")
    parser.add_argument("--rounds", type=int, default=2, help="of the sweep (2)")
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4], help="of the sweep (1 2 4)")
    parser.add_argument("--threads", type=int, nargs="*", default=[1, 4, 16, 64], help="of the sweep")
    chosen = parser.parse_args()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; {COMMAND}: {' '.join(PATHS)}")
    began = time.monotonic()
    report = lab.examine(COMMAND, PATHS, within=chosen.within, progress=False)
    taken = time.monotonic() - began
    verdict = "kept" if taken <= chosen.within else "missed"
    print(
        f"examined in {taken:.1f} s (at most {chosen.within:g}, {verdict}), {len(report.trials)} sizes tried"
    )
    print(f"advised: {report.command}", flush=True)
    for sentence in report.advice.sentences:
        print(f"  {sentence}")

    sizes = {Size(workers, threads) for workers in chosen.workers for threads in chosen.threads}
    sizes.add(report.advice.size)
    fastest = dict.fromkeys(sorted(sizes, key=str), 0.0)
    began = time.monotonic()
    for _ in range(chosen.rounds):
        for size in fastest:
            fastest[size] = max(fastest[size], rate(size, chosen.seconds))
    print(f"\nfull sweep of {len(fastest)} sizes, {chosen.rounds} rounds: {time.monotonic() - began:.0f} s")
    for size, found in sorted(fastest.items(), key=lambda one: -one[1]):
        print(f"{size!s:26} {found:8.1f} answers/s{'  ← advised' if size == report.advice.size else ''}")
    ratio = fastest[report.advice.size] / max(fastest.values())
    verdict = "reached" if ratio >= GOAL else "missed"
    print(f"\nthe advised size reaches {ratio:.2f} of the best of the sweep (goal {GOAL}, {verdict})")


if __name__ == "__main__":
    main()
