"""What it costs to look at a server's processes, and how soon a change is told.

One sample of the tree beside many idle processes, against psutil and against the floor of re-reading the same
files kept open; then the time from a worker's death to the line about it, and the side process's own share of
a core. Medians; all in one run, side by side. Takes under a minute and ends all it starts.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil

from labapp.observe import Roles, Shape
from labapp.observe.feed import Exited, Feed, FeedMessage, TreeChanged
from labapp.observe.kernel import ProcfsReader, open_announcer

WORKERS = (5, 50, 200, 500)
SECONDS = 3.0
DEATHS = 25
PATIENCE = 20.0

# Keeps so many children that do nothing; they end with it, and it ends with its stdin.
CROWD = """
import ctypes, os, signal, sys
prctl = ctypes.CDLL(None).prctl
def keep():
    if not os.fork():
        prctl(1, 9, 0, 0, 0)
        os.close(0)
        while True:
            signal.pause()
def reap(*_):
    while os.waitpid(-1, os.WNOHANG)[0]:
        keep()
for _ in range(int(sys.argv[1])):
    keep()
signal.signal(signal.SIGCHLD, reap)
os.write(1, b".")
sys.stdin.read()
"""


@contextmanager
def crowd(size: int) -> Iterator[int]:
    """Run a process with so many children, each of them replaced when it dies; yield its pid."""
    command = [sys.executable, "-I", "-S", "-c", CROWD, str(size)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        parent.stdout.read(1)
        yield parent.pid


def clocked(work: Callable[[], object]) -> float:
    """Return how many milliseconds of the processor one call takes; none of them waits for anything.

    The time on the wall would measure the neighbours too: whatever outlasts its turn is interrupted by them.
    """
    start = time.thread_time()
    work()
    return (time.thread_time() - start) * 1e3


@contextmanager
def floor(root: int, pids: list[int]) -> Iterator[Callable[[], None]]:
    """Return what re-reads the two files of each process, kept open, and makes nothing of them."""
    with ExitStack() as stack:
        files = []
        for pid in [root, *pids]:
            for path in (f"/proc/{pid}/stat", f"/proc/{pid}/task/{pid}/children"):
                files.append(os.open(path, os.O_RDONLY))
                stack.callback(os.close, files[-1])

        def read() -> None:
            for file in files:
                os.pread(file, 4096, 0)

        yield read


def sampling(workers: int) -> list[str]:
    """Measure one sample in turn with its rivals, and return a row of the table."""
    # The crowd's parent stands for the guard, so that its children are all that is below.
    with crowd(workers) as root, ProcfsReader(root, budget=4 * workers + 100) as reader:
        cold = clocked(reader.read)
        processes = reader.read()
        assert len(processes) == workers, f"{len(processes)} of {workers} workers"
        roles = Roles(Shape(prefork=True))
        roles.name(processes)
        times: dict[str, list[float]] = {"sample": [], "named": [], "floor": [], "psutil": []}
        with floor(root, [process.pid for process in processes]) as reread:
            until = time.monotonic() + SECONDS
            while time.monotonic() < until or len(times["psutil"]) < 10:
                times["psutil"].append(clocked(lambda: psutil.Process(root).children(recursive=True)))
                for _ in range(10):
                    times["floor"].append(clocked(reread))
                    times["sample"].append(clocked(reader.read))
                    times["named"].append(clocked(lambda: roles.name(reader.read())))
        present = len(psutil.pids())
    sample, named, least, rival = (
        statistics.median(times[name]) for name in ("sample", "named", "floor", "psutil")
    )
    return [
        f"{workers}",
        f"{present}",
        f"{sample:.3f}",
        f"{rival:.1f}",
        f"{rival / sample:.0f}x",
        f"{least:.3f}",
        f"{sample / least:.2f}x",
        f"{named:.3f}",
        f"{cold:.2f}",
    ]


class Ear:
    """Notes when each death, and each birth, is told."""

    def __init__(self) -> None:
        self.exits: dict[int, float] = {}
        self.births: dict[int, float] = {}

    def __call__(self, message: FeedMessage) -> None:
        now = time.monotonic()
        if isinstance(message, Exited):
            self.exits.setdefault(message.pid, now)
        if isinstance(message, TreeChanged):
            for process in message.processes:
                self.births.setdefault(process.pid, now)


def await_(condition: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError(f"nothing within {PATIENCE} s")
        time.sleep(0.001)


def telling(kind: str, workers: int) -> list[str]:
    """Measure from a worker's death to its line, and to its successor's, and the sampler's share at rest."""
    deaths, births = [], []
    with (
        tempfile.NamedTemporaryFile() as log,
        crowd(workers) as root,
        Feed(root, log.name, events=kind) as feed,
    ):
        ear = Ear()
        feed.subscribe(ear)
        await_(lambda: len(ear.births) == workers)
        assert feed.pid is not None
        sampler = psutil.Process(feed.pid)
        # Its start is over when the tree has been quiet for a moment.
        time.sleep(0.7)
        before, since = sum(sampler.cpu_times()[:2]), time.monotonic()
        time.sleep(3.0)
        share = (sum(sampler.cpu_times()[:2]) - before) / (time.monotonic() - since)
        for _ in range(DEATHS):
            known = set(ear.births)
            victim = next(iter(known - ear.exits.keys()))
            start = time.monotonic()
            os.kill(victim, signal.SIGKILL)
            await_(lambda victim=victim, known=known: victim in ear.exits and ear.births.keys() - known)
            (successor,) = ear.births.keys() - known
            deaths.append((ear.exits[victim] - start) * 1e3)
            births.append((ear.births[successor] - start) * 1e3)
            time.sleep(0.05)
    return [kind, f"{workers}", *both(deaths), *both(births), f"{share:.1%}"]


def both(times: list[float]) -> tuple[str, str]:
    """Return the median and the 95th percentile."""
    return f"{statistics.median(times):.1f}", f"{statistics.quantiles(times, n=20)[-1]:.1f}"


def table(rows: list[list[str]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)), flush=True)
    print()


def announced() -> bool:
    try:
        open_announcer("netlink").close()
    except OSError:
        return False
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--idle", type=int, default=1500, help="idle processes beside the tree")
    options = parser.parse_args()
    if not Path("/proc/self/stat").exists():
        sys.exit("This benchmark compares ways of reading /proc, and this system has none.")
    with crowd(options.idle):
        print(
            f"One sample of the tree beside {options.idle} idle processes (ms of processor time, medians)\n"
        )
        heads = ["workers", "processes", "sample", "psutil", "ratio", "floor", "ratio", "named", "first"]
        table([heads, *(sampling(workers) for workers in WORKERS)])
        print(
            "From a worker's death until it is told (ms: median, 95th percentile), and the sampler's share\n"
        )
        heads = ["events", "workers", "death", "p95", "successor", "p95", "share"]
        kinds = ["netlink", "exits"] if announced() else ["exits"]
        table([heads, *(telling(kind, workers) for kind in kinds for workers in (8, 200))])


if __name__ == "__main__":
    main()
