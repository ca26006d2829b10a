"""When workers were forked and when they ended: the kernel's own announcements, with its own times."""

from __future__ import annotations

import struct
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Self

from labapp.observe.kernel import netlink_filter
from labapp.observe.kernel.netlink import Netlink

# What, when in nanoseconds of the monotonic clock, then of a fork: parent's thread and process, child's; of
# an exit: the thread, the process.
_EVENT = struct.Struct("=36xI4xQIIII")


class Announced:
    """The forks and ends of some processes while it is open, in wall-clock seconds; none where nobody tells.

    They wait until they are read: who takes them as they come would slow down what is measured.
    """

    def __init__(self, pids: Iterable[int]) -> None:
        self.forks: dict[int, float] = {}
        self.exits: dict[int, float] = {}
        self._source: Netlink | None = None
        with suppress(OSError):
            self._source = Netlink()
            self._source.watch(list(pids))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._source is not None:
            self._read(self._source)
            self._source.close()

    def _read(self, source: Netlink) -> None:
        shift = time.time() - time.monotonic()
        with suppress(BlockingIOError):
            while True:
                what, at, _, pid, _, child = _EVENT.unpack_from(source._socket.recv(256))
                if what == netlink_filter.FORK:
                    self.forks[child] = at / 1e9 + shift
                elif what == netlink_filter.EXIT:
                    self.exits[pid] = at / 1e9 + shift
