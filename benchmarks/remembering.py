"""What the kernel keeps of two hundred workers and two thousand requests a second: it fills, then stays.

Ten minutes are played in half a minute, without a server or a browser: what a feed would tell goes to the
timeline and to the live view's state, and what the view shows to its last minute.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from itertools import count, cycle, islice
from pathlib import Path
from typing import cast

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from support.made_up import FakeServer, tree
from watching import memory, verdict

from labapp.observe.feed import ServerEvents, TreeChanged
from labapp.observe.roles import Roles
from labapp.observe.server_events import (
    decode_events,
    encode_request,
    encode_request_begin,
    encode_request_end,
)
from labapp.observe.timeline import Timeline
from labapp.servers import Server
from labapp.views.live.live_state import LiveState
from labapp.views.live.replay import Moment, Replay

WORKERS, RATE = 200, 2000
STEP = 0.2  # seconds between two moments that differ in figures only
FULL = 100  # seconds after which all is full: the events, the minute that is shown again
MOST = 10  # megabytes more


def told(first: float, pids: list[int], numbers: count[int]) -> ServerEvents:
    """Return the requests of one step, as they would be read from the sampler."""
    lines = []
    for number, pid in zip(islice(numbers, int(RATE * STEP)), cycle(pids), strict=False):
        about = encode_request("", number, 40000, "GET", f"/item/{number % 97}")
        lines.append(encode_request_begin(first, pid, 0, about))
        lines.append(encode_request_end(first + 0.01, pid, 0, about, first, 200))
    return ServerEvents(decode_events(json.loads(f"[{','.join(lines)}]")))


def main() -> None:
    """Print the memory while the minutes pass, and by how much it grew when all was full."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="that are played (10)")
    server = FakeServer(tree(WORKERS))
    timeline, state, replay = (
        Timeline(cast(Roles, server.roles)),
        LiveState(cast(Server, server)),
        Replay(),
    )
    pids = [process.pid for process in server.now if process.role == "worker"]
    numbers, begun = count(1), time.monotonic()
    shown = state.changes()
    sizes: dict[int, float] = {}
    for step in range(int(parser.parse_args().minutes * 60 / STEP) + 1):
        seconds = step * STEP
        messages: list[ServerEvents | TreeChanged] = [told(begun + seconds, pids, numbers)]
        if step % round(1 / STEP) == 0:  # Each second every figure is another.
            messages.append(TreeChanged(begun + seconds, list(tree(WORKERS, cpu=seconds % 60 / 100))))
        for message in messages:
            timeline.on_message(message)
            state.on_message(message)
        shown |= state.changes()
        replay.record(Moment(seconds, shown["scene"], shown["picture"], shown["traffic"], 0))
        if step % round(20 / STEP) == 0:
            sizes[round(seconds)] = memory("self")
            print(f"{seconds:5.0f} s {sizes[round(seconds)]:7.1f} MB", flush=True)
    full = [size for seconds, size in sizes.items() if seconds >= FULL]
    if full:
        more = full[-1] - full[0]
        print(f"full, then at the end: {more:+.1f} MB (goal < {MOST}: {verdict(more < MOST)})")


if __name__ == "__main__":
    main()
