"""What Gunicorn's hooks cost: the throughput of a trivial route with the lab's hooks on, against them off.

Both are run in turn, for each worker type, so that whatever else the machine does befalls both alike; the
ratio of the medians is what counts, and that of each pair says how steady it is. `wrk` sends the requests
where there is one, else threads of this process do. The processor time that a request takes in the worker is
printed as well: it varies less where the machine has other things to do.
"""

import argparse
import http.client
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil

from labapp import lab

APPLICATION = """\
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"pong\\n"]
"""
TYPES = {"sync": "-k sync", "gthread": "-k gthread --threads 4", "gevent": "-k gevent"}
OFF = "--logger-class gunicorn.glogging.Logger"
CONNECTIONS = 8
GOAL = 0.9


def by_wrk(url: str, seconds: int) -> float:
    """Return the requests answered in a second."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", url]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert found, said
    return float(found[1])


def by_threads(url: str, seconds: int) -> float:
    """Return the requests answered in a second; this process may be the slower one.

    Some servers close a connection after an answer and do not say so: whoever asks again is not answered.
    """
    address = url.removeprefix("http://").partition("/")[0]
    until = time.perf_counter() + seconds

    def send(_: int) -> int:
        answered = kept = 0
        connection = http.client.HTTPConnection(address)
        while time.perf_counter() < until:
            try:
                connection.request("GET", "/")
                answered += connection.getresponse().read() == b"pong\n"
                kept += 1
            except ConnectionError:  # RemoteDisconnected is one.
                connection.close()
                if not kept:
                    raise
                kept = 0
        connection.close()
        return answered

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        return sum(pool.map(send, range(CONNECTIONS))) / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=6)
    parser.add_argument("--seconds", type=int, default=1)
    parser.add_argument("--flask", action="store_true", help="the course's own /ping, not a bare callable")
    given = parser.parse_args()
    load = by_wrk if shutil.which("wrk") else by_threads
    print(f"{given.pairs} pairs of {given.seconds} s, {load.__name__}, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "trivial.py").write_text(APPLICATION)
        target = '"labapp:create_app()"' if given.flask else "trivial:app"
        missed = [name for name in TYPES if measure(name, f"gunicorn {target}", folder, load, given) < GOAL]
    sys.exit(f"below the goal: {', '.join(missed)}" if missed else 0)


def worked(web: lab.Server) -> float:
    """Return the processor time of a server's only worker, in s."""
    (worker,) = web.workers
    if tasks := list(Path(f"/proc/{worker.pid}/task").glob("*/schedstat")):
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9
    times = psutil.Process(worker.pid).cpu_times()
    return times.user + times.system


def measure(name: str, command: str, folder: str, load, given: argparse.Namespace) -> float:
    """Print the figures of one worker type; return the ratio."""
    figures: dict[bool, list[float]] = {True: [], False: []}
    costs: dict[bool, list[float]] = {True: [], False: []}
    with (
        lab.launch(f"{command} {TYPES[name]}", cwd=folder) as on,
        lab.launch(f"{command} {TYPES[name]} {OFF}", cwd=folder) as off,
    ):
        path = "/ping" if given.flask else "/"
        for web in (on, off):
            load(f"{web.url}{path}", 1)  # Code compiled, caches warm.
        for pair in range(given.pairs):
            for web in (on, off) if pair % 2 else (off, on):
                before, rate = worked(web), load(f"{web.url}{path}", given.seconds)
                figures[web is on].append(rate)
                costs[web is on].append((worked(web) - before) / (rate * given.seconds) * 1e6)
        answered = on.timeline.wait_for(requests=1)
    pairs = sorted(a / b for a, b in zip(figures[True], figures[False], strict=True))
    medians = {hooks: statistics.median(found) for hooks, found in figures.items()}
    ratio = medians[True] / medians[False]
    middle = statistics.median(pairs)
    cost, spared = (statistics.median(costs[hooks]) for hooks in (True, False))
    print(
        f"{name:8} on {medians[True]:6.0f}/s   off {medians[False]:6.0f}/s   ratio {ratio:.2f}"
        f" (goal: at least {GOAL}; pairs {pairs[0]:.2f} to {pairs[-1]:.2f}, in the middle {middle:.2f})"
        f"\n{'':8} in the worker {cost:.0f} µs and {spared:.0f} µs a request: {spared / cost:.2f}"
        f"   {answered.forgotten + len(answered)} events, {answered.dropped} dropped",
        flush=True,
    )
    return ratio


if __name__ == "__main__":
    main()
