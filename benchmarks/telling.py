"""What the application's own telling costs: the throughput of an application that tells, beside a silent one.

Both are served by one process, which tells them apart by the query, over the same connections and in turn, a
few hundredths of a second each, forth and back: two launches of one server differ by more than is measured
here, and so do two seconds of one launch. Then the silent one is measured beside itself: how far that ratio
is from 1.00 says how exactly the other is known. On two quiet processors it is 0.98 to 1.02.

They are bare callables, of which nothing costs less; with --route the course's `/ping`, Flask's for WSGI and
the asynchronous twin's for ASGI. What counts is the median of the ratios. That of the processor time which a
request takes in the server is printed as well: it varies less on a busy machine. All this is of Linux.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from labapp import lab

CALLABLES = """\
from labapp.observe.telling import told

def wsgi(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"pong\\n"]

async def asgi(scope, receive, send):
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"5")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"pong\\n"})

told_wsgi, told_asgi = told(wsgi), told(asgi)
"""
ROUTES = """\
from labapp import create_app
from labapp.web.twin import app as told_asgi

told_wsgi = create_app().wsgi_app
wsgi, asgi = told_wsgi.told_of, told_asgi.told_of
"""
EITHER = """
BY_QUERY = {"silent": wsgi, "as_two": wsgi, "telling": told_wsgi}
BY_BYTES = {b"silent": asgi, b"as_two": asgi, b"telling": told_asgi}

def either_wsgi(environ, start_response):
    return BY_QUERY[environ["QUERY_STRING"]](environ, start_response)

async def either_asgi(scope, receive, send):
    if scope["type"] != "lifespan":
        return await BY_BYTES[scope["query_string"]](scope, receive, send)
    while (asked := (await receive())["type"]) != "lifespan.shutdown":
        await send({"type": f"{asked}.complete"})
    await send({"type": f"{asked}.complete"})
"""
FILE = """\
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
import trivial

WSGIServer.request_queue_size = 64  # Or some wait a second to be let in, which is another figure.

class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass

make_server("127.0.0.1", 0, trivial.either_wsgi, handler_class=Quiet).serve_forever()
"""
SERVERS = {
    "wsgiref": "python serve.py",
    "Waitress": "waitress-serve trivial:either_wsgi",
    "uWSGI": "uwsgi --module trivial:either_wsgi --master --disable-logging",
    "Uvicorn": "uvicorn trivial:either_asgi --no-access-log",
    "Hypercorn": "hypercorn trivial:either_asgi",
    "Granian": "granian --interface wsgi trivial:either_wsgi --blocking-threads 4",
    "Granian, ASGI": "granian --interface asgi trivial:either_asgi",
    "Daphne": "daphne trivial:either_asgi --access-log /dev/null",
}
# Sends each request in turn for a while, and says of each turn how many were sent in which time, and how much
# of a processor they took.
TURNS = """\
local ffi = require("ffi")
ffi.cdef[[ typedef struct { long s; long ns; } span; int clock_gettime(int, span*); ]]
local read, told, turn, since, used, sent = ffi.new("span"), {}, 0, 0, 0, 0
local requests, processes, threads = {}, {}, {}

local function clock(number)
  ffi.C.clock_gettime(number, read)
  return tonumber(read.s) + tonumber(read.ns) * 1e-9
end

local function worked()
  local all = 0
  for _, pid in ipairs(processes) do all = all + clock(bit.bor(bit.lshift(bit.bnot(pid), 3), 2)) end
  return all
end

function setup(thread) table.insert(threads, thread) end

function init(words)
  seconds = tonumber(words[1])
  for pid in words[2]:gmatch("%d+") do table.insert(processes, tonumber(pid)) end
  for i = 3, #words do table.insert(requests, wrk.format("GET", words[i])) end
end

function request()
  local now = clock(1)
  if now >= since + seconds then
    if turn > 0 then table.insert(told, ("%d %.9f %.9f"):format(sent, now - since, worked() - used)) end
    turn, sent, since, used, all = turn + 1, 0, now, worked(), table.concat(told, ";")
  end
  sent = sent + 1
  local place = (turn - 1) % (2 * #requests)
  return requests[place < #requests and place + 1 or 2 * #requests - place]
end

function done() print("turns " .. threads[1]:get("all")) end
"""
CONNECTIONS = 8
GOAL = 0.9


def turns(
    url: str, targets: list[str], pids: str, folder: str, given: argparse.Namespace
) -> list[list[float]]:
    """Return for each block, forth and back, by how much the second of two targets is better.

    That is the ratio of what was answered in a second, and of the processor time that a request took. With
    them come both figures of both.
    """
    seconds = round(given.blocks * 4 * given.turn) + 1
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", f"{folder}/turns.lua", url, "--"]
    said = subprocess.run(
        [*command, str(given.turn), pids, *targets], check=True, capture_output=True, text=True
    )
    found = [[*map(float, turn.split())] for turn in said.stdout.partition("turns ")[2].split(";")]
    blocks = []
    for at in range(0, len(found) - 3, 4):
        one, other, again, last = found[at : at + 4]
        (sent, seconds, used), (sent_2, seconds_2, used_2) = (
            [*map(sum, zip(*both, strict=True))] for both in ((one, last), (other, again))
        )
        rates, costs = (sent / seconds, sent_2 / seconds_2), (used / sent * 1e6, used_2 / sent_2 * 1e6)
        blocks.append([rates[1] / rates[0], costs[0] / costs[1], *rates, *costs])
    return blocks


def measure(name: str, folder: str, given: argparse.Namespace) -> float:
    """Print the figures of one server; return the ratio of its throughputs."""
    path = "/ping" if given.route else "/"
    silent, as_two, telling = (f"{path}?{side}" for side in ("silent", "as_two", "telling"))
    with lab.launch(SERVERS[name], cwd=folder, ready=silent) as web:
        pids = ",".join(str(process.pid) for process in web.snapshot())
        found = [turns(web.url, [silent, other], pids, folder, given) for other in (telling, as_two)]
        dropped = web.timeline.wait_for(requests=1).dropped
    told, same = ([*map(statistics.median, zip(*blocks, strict=True))] for blocks in found)
    print(
        f"{name:14} {told[2]:6.0f}/s {told[3]:6.0f}/s {told[0]:5.2f} (itself {same[0]:.2f})"
        f"   {told[4]:5.1f} µs {told[5]:5.1f} µs {told[1]:5.2f} (itself {same[1]:.2f})   {dropped} dropped",
        flush=True,
    )
    return told[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocks", type=int, default=60, help="of four turns each")
    parser.add_argument("--turn", type=float, default=0.05, help="in seconds")
    parser.add_argument("--route", action="store_true", help="the course's own /ping, not a bare callable")
    parser.add_argument("servers", nargs="*", default=list(SERVERS))
    given = parser.parse_args()
    if not shutil.which("wrk"):
        print("wrk is not installed: nothing else sends fast enough (apt install wrk, brew install wrk)")
        return
    print(f"{given.blocks} blocks of 4 x {given.turn:g} s, load {os.getloadavg()[0]:.1f}; goal: {GOAL}")
    print(f"{'':14} {'silent':>8} {'telling':>8} ratio {'':13}   {'silent':>8} {'telling':>8} ratio")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "trivial.py").write_text((ROUTES if given.route else CALLABLES) + EITHER)
        Path(folder, "serve.py").write_text(FILE)
        Path(folder, "turns.lua").write_text(TURNS)
        missed = [name for name in given.servers if measure(name, folder, given) < GOAL]
    sys.exit(f"below the goal: {', '.join(missed)}" if missed else 0)


if __name__ == "__main__":
    main()
