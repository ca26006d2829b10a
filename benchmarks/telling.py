"""What the application's own telling costs: the throughput of an application that tells, beside a silent one.

Both are served by one process, which tells them apart by the query, over the same connections and in turn, a
few hundredths of a second each, forth and back: two launches of one server differ by more than is measured
here, and so do two seconds of one launch. The silent one has two such turns, of which the one is measured
beside the other: how far that ratio is from 1.00 says how exactly the other is known. On two quiet
processors it is 0.98 to 1.02.

Neither the order of a block's turns nor their length is that of the next block. Where it was, whatever else
came and went five times a second met the same one for as long as all took: beside a process for each
processor that worked a tenth of a second and slept another, telling was 0.75 to 1.32 times as fast as
silence in six runs of 20 blocks; it is 0.85 to 1.06 times so now.

They are bare callables, of which nothing costs less; with --route the course's `/ping`, Flask's for WSGI and
the asynchronous twin's for ASGI. What counts is the median of the ratios. That of the processor time which a
request takes in the server is printed as well: it varies less on a busy machine. All this is of Linux.
"""

import argparse
import os
import random
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
# Sends requests turn by turn as it is told to, and says of each turn how many were sent in which time, and
# how much of a processor they took.
TURNS = """\
local ffi = require("ffi")
ffi.cdef[[ typedef struct { long s; long ns; } span; int clock_gettime(int, span*); ]]
local read, told, turn, till, since, used, sent = ffi.new("span"), {}, 0, 0, 0, 0, 0
local requests, processes, plan, threads = {}, {}, {}, {}

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
  for pid in words[1]:gmatch("%d+") do table.insert(processes, tonumber(pid)) end
  for side, seconds in words[2]:gmatch("(%d+):([%d.]+)") do
    table.insert(plan, {side = tonumber(side) + 1, seconds = tonumber(seconds)})
  end
  for i = 3, #words do table.insert(requests, wrk.format("GET", words[i])) end
end

function request()
  local now = clock(1)
  if now >= till then
    if turn > 0 then table.insert(told, ("%d %.9f %.9f"):format(sent, now - since, worked() - used)) end
    turn, sent, since, used, all = turn + 1, 0, now, worked(), table.concat(told, ";")
    till = plan[turn] and now + plan[turn].seconds or math.huge
  end
  sent = sent + 1
  return requests[plan[math.min(turn, #plan)].side]
end

function done() print("turns " .. threads[1]:get("all")) end
"""
SIDES = ("silent", "as_two", "telling")
CONNECTIONS = 8
GOAL = 0.9

Block = list[list[float]]


def turns(url: str, targets: list[str], pids: str, folder: str, given: argparse.Namespace) -> list[Block]:
    """Return for each block, forth and back, what each target had: requests, seconds, and processor time."""
    orders, plan = [], []
    for _ in range(given.blocks):
        orders.append(order := random.sample(range(len(targets)), len(targets)))
        plan += [(side, given.turn * random.uniform(0.5, 1.5)) for side in order + order[::-1]]
    seconds = round(sum(seconds for _, seconds in plan)) + 2
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", f"{folder}/turns.lua", url, "--"]
    turns = ",".join(f"{side}:{seconds:.6f}" for side, seconds in plan)
    said = subprocess.run([*command, pids, turns, *targets], check=True, capture_output=True, text=True)
    found = [[*map(float, turn.split())] for turn in said.stdout.partition("turns ")[2].split(";")]
    size, blocks = 2 * len(targets), list[Block]()
    for at, order in zip(range(0, len(found) - size + 1, size), orders, strict=False):
        both = zip(found[at : at + size // 2], found[at + size // 2 : at + size][::-1], strict=True)
        had = [[*map(sum, zip(*one_and_other, strict=True))] for one_and_other in both]
        blocks.append([had[order.index(side)] for side in range(len(targets))])
    return blocks


def better(block: Block, side: int) -> tuple[float, float]:
    """Return by how much a side is better than the silent one: in throughput, and in processor time."""
    (sent, seconds, used), (sent_2, seconds_2, used_2) = block[0], block[side]
    return sent_2 / seconds_2 / (sent / seconds), used / sent / (used_2 / sent_2)


def measure(name: str, folder: str, given: argparse.Namespace) -> float:
    """Print the figures of one server; return the ratio of its throughputs."""
    path = "/ping" if given.route else "/"
    targets = [f"{path}?{side}" for side in SIDES]
    with lab.launch(SERVERS[name], cwd=folder, ready=targets[0]) as web:
        pids = ",".join(str(process.pid) for process in web.snapshot())
        blocks = turns(web.url, targets, pids, folder, given)
        dropped = web.timeline.wait_for(requests=1).dropped
    (same, same_cost), (told, told_cost) = (
        [*map(statistics.median, zip(*(better(block, side) for block in blocks), strict=True))]
        for side in (1, 2)
    )
    rates, costs = (
        [statistics.median(block[side][over] / block[side][under] for block in blocks) for side in (0, 2)]
        for over, under in ((0, 1), (2, 0))
    )
    print(
        f"{name:14} {rates[0]:6.0f}/s {rates[1]:6.0f}/s {told:5.2f} (itself {same:.2f})"
        f"   {costs[0] * 1e6:5.1f} µs {costs[1] * 1e6:5.1f} µs {told_cost:5.2f} (itself {same_cost:.2f})"
        f"   {dropped} dropped",
        flush=True,
    )
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocks", type=int, default=60, help="of two turns for each side")
    parser.add_argument("--turn", type=float, default=0.05, help="in seconds, on average")
    parser.add_argument("--route", action="store_true", help="the course's own /ping, not a bare callable")
    parser.add_argument("servers", nargs="*", default=list(SERVERS))
    given = parser.parse_args()
    if not shutil.which("wrk"):
        print("wrk is not installed: nothing else sends fast enough (apt install wrk, brew install wrk)")
        return
    each = f"{2 * len(SIDES)} x {given.turn:g} s"
    print(f"{given.blocks} blocks of {each}, load {os.getloadavg()[0]:.1f}; goal: {GOAL}")
    print(f"{'':14} {'silent':>8} {'telling':>8} ratio {'':13}   {'silent':>8} {'telling':>8} ratio")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "trivial.py").write_text((ROUTES if given.route else CALLABLES) + EITHER)
        Path(folder, "serve.py").write_text(FILE)
        Path(folder, "turns.lua").write_text(TURNS)
        missed = [name for name in given.servers if measure(name, folder, given) < GOAL]
    sys.exit(f"below the goal: {', '.join(missed)}" if missed else 0)


if __name__ == "__main__":
    main()
