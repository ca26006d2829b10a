"""When the kernel forked each worker: its own announcements, with its own times."""

from __future__ import annotations

import struct
import threading
import time
from contextlib import suppress
from select import select
from typing import Self

from labapp.observe.kernel import netlink_filter
from labapp.observe.kernel.netlink import Netlink

# What, when in nanoseconds of the monotonic clock, then of a fork: parent's thread and process, child's.
_EVENT = struct.Struct("=36xI4xQIIII")


class Forks:
    """Notes the forks of one process, in wall-clock seconds, while it is open; of none where nobody tells."""

    def __init__(self, parent: int) -> None:
        self.times: dict[int, float] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen)
        self._source: Netlink | None = None
        with suppress(OSError):
            self._source = Netlink()
            self._source.watch([parent])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        self._thread.join()
        if self._source is not None:
            self._source.close()

    def _listen(self) -> None:
        shift = time.time() - time.monotonic()
        while self._source is not None and not self._stop.is_set():
            if select([self._source], [], [], 0.1)[0]:
                what, at, _, _, _, child = _EVENT.unpack_from(self._source._socket.recv(256))
                if what == netlink_filter.FORK:
                    self.times[child] = at / 1e9 + shift
