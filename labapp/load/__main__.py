"""The generator's process: an order on standard input, what came of it on standard output, in lines of JSON.

It is a process of its own because a notebook's kernel has other things to do, and one interpreter lock for
them all. It ends with its input: whoever ordered the load holds the other end of that pipe.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Sequence
from contextlib import suppress

from labapp.load.open_loop import OpenTraffic
from labapp.load.order import Order
from labapp.load.result import Exchange
from labapp.load.traffic import Traffic


class Reporter:
    """Writes what has ended, and notes whether the process that wants it is still there."""

    def __init__(self) -> None:
        self._caller = os.getppid()

    def __call__(self, ended: Sequence[Exchange]) -> None:
        """Write a line; `BrokenPipeError` if nobody is there to read it."""
        # A forked child of the caller may hold the pipe open.
        if os.getppid() != self._caller:
            raise BrokenPipeError("whoever ordered the load is gone")
        write(json.dumps({"at": time.monotonic(), "ended": ended}).encode() + b"\n")


def write(line: bytes) -> None:
    """Write a line whole, however little the pipe takes at once."""
    left = memoryview(line)
    while left:
        left = left[os.write(1, left) :]


def main() -> None:
    """Carry out the order that stands on the first line of standard input."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with suppress(BrokenPipeError):
        order = Order.from_json(sys.stdin.buffer.readline())
        traffic = (Traffic if order.rate is None else OpenTraffic)(order, Reporter(), sys.stdin.fileno())
        write(json.dumps({"began": traffic.began}).encode() + b"\n")
        if traffic.run():
            write(json.dumps({"unsent": traffic.unsent}).encode() + b"\n")


if __name__ == "__main__":
    main()
