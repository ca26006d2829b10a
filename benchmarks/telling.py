"""What the application's own telling costs: throughput with the layer on, against off.

It is that of a bare callable, of which nothing costs less; with --route that of the course's `/ping`, Flask's
for WSGI and the asynchronous twin's for ASGI.

Both are run in turn, for each server without hooks, so that whatever else the machine does befalls both; what
counts is the median of the pairs' ratios. The processor time that a request takes in the server is printed as
well: it varies less on a busy machine.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from operator import truediv
from pathlib import Path

import psutil
from hooks import by_threads, by_wrk

from labapp import lab

APPLICATIONS = """\
from labapp.observe.telling import told

def wsgi(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"pong\\n"]

async def asgi(scope, receive, send):
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"5")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"pong\\n"})

told_wsgi, told_asgi = told(wsgi), told(asgi)
"""
ROUTES = """\
from labapp import create_app
from labapp.web.twin import app as told_asgi

told_wsgi, wsgi, asgi = create_app(), create_app(), told_asgi.told_of
wsgi.wsgi_app = wsgi.wsgi_app.told_of
"""
FILE = """\
import sys
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
import trivial

WSGIServer.request_queue_size = 64  # Or some wait a second to be let in, which is another figure.

class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass

make_server("127.0.0.1", 0, getattr(trivial, sys.argv[1]), handler_class=Quiet).serve_forever()
"""
SERVERS = {
    "wsgiref": "python serve.py {wsgi}",
    "Waitress": "waitress-serve trivial:{wsgi}",
    "uWSGI": "uwsgi --module trivial:{wsgi} --master --disable-logging",
    "Uvicorn": "uvicorn trivial:{asgi} --no-access-log",
    "Hypercorn": "hypercorn trivial:{asgi}",
    "Granian": "granian --interface wsgi trivial:{wsgi} --blocking-threads 4",
    "Granian, ASGI": "granian --interface asgi trivial:{asgi}",
    "Daphne": "daphne trivial:{asgi} --access-log /dev/null",
}
GOAL = 0.9


def worked(pids: list[int]) -> float:
    """Return for how many µs some processes have had a processor."""
    if sys.platform == "linux":
        threads = (Path(f"/proc/{pid}/task").glob("*/schedstat") for pid in pids)
        return sum(int(thread.read_text().split()[0]) for each in threads for thread in each) / 1e3
    times = [psutil.Process(pid).cpu_times() for pid in pids]
    return sum(time.user + time.system for time in times) * 1e6


def measure(name: str, folder: str, given: argparse.Namespace) -> float:
    """Print the figures of one server; return the ratio of its throughputs."""
    load, path = by_wrk if shutil.which("wrk") else by_threads, "/ping" if given.route else "/"
    on, off = (SERVERS[name].format(wsgi=f"{one}wsgi", asgi=f"{one}asgi") for one in ("told_", ""))
    rates: dict[bool, list[float]] = {True: [], False: []}
    costs: dict[bool, list[float]] = {True: [], False: []}
    dropped = 0
    for pair in range(given.pairs):
        # Launched anew for each, so that what one launch happens to be like counts once.
        with lab.launch(on, cwd=folder) as telling, lab.launch(off, cwd=folder) as silent:
            for web in (telling, silent):
                load(f"{web.url}{path}", 1)
            for web in (telling, silent) if pair % 2 else (silent, telling):
                pids = [process.pid for process in web.snapshot()]
                before, rate = worked(pids), load(f"{web.url}{path}", given.seconds)
                rates[web is telling].append(rate)
                costs[web is telling].append((worked(pids) - before) / (rate * given.seconds))
            dropped += telling.timeline.wait_for(requests=1).dropped
    ratios = sorted(map(truediv, rates[True], rates[False]))
    ratio = statistics.median(ratios)
    medians = {which: statistics.median(found) for which, found in rates.items()}
    cost, spared = (statistics.median(costs[which]) for which in (True, False))
    print(
        f"{name:14} on {medians[True]:6.0f}/s   off {medians[False]:6.0f}/s   "
        f"ratio {ratio:.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        f"   in the server {cost:.0f} µs and {spared:.0f} µs a request: "
        f"{statistics.median(map(truediv, costs[False], costs[True])):.2f}   {dropped} dropped",
        flush=True,
    )
    return ratio


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=6)
    parser.add_argument("--seconds", type=int, default=1)
    parser.add_argument("--route", action="store_true", help="the course's own /ping, not a bare callable")
    parser.add_argument("servers", nargs="*", default=list(SERVERS))
    given = parser.parse_args()
    print(f"{given.pairs} pairs of {given.seconds} s, load {os.getloadavg()[0]:.1f}; goal: at least {GOAL}")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "trivial.py").write_text(ROUTES if given.route else APPLICATIONS)
        Path(folder, "serve.py").write_text(FILE)
        missed = [name for name in given.servers if measure(name, folder, given) < GOAL]
    sys.exit(f"below the goal: {', '.join(missed)}" if missed else 0)


if __name__ == "__main__":
    main()
