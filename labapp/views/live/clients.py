"""The clients of a server that tells of a request only when it has ended, as its connections show them."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from labapp.observe.kernel.sockets import Connections, Established


class Client(NamedTuple):
    """A connection that a process has accepted; `since`, by the wall clock, it waits for its answer, or 0."""

    connection: Established
    since: float


class Clients:
    """Who is connected to which process, and since when each of those waits; `clock` is the wall clock."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._connections = Connections()
        self._since: dict[tuple[int, int], float] = {}

    def look(self, pids: Iterable[int], addresses: Iterable[str]) -> dict[int, list[Client]]:
        """Return the clients of each process, in order of their ports."""
        held = self._connections.look(pids, addresses)
        busy = {(one.port, one.inode) for those in held.values() for one in those if one.busy}
        now = math.floor(self._clock() * 100) / 100  # Nobody waits since a moment that is yet to come.
        self._since = {key: self._since.get(key, now) for key in busy}
        return {
            pid: [Client(one, self._since.get((one.port, one.inode), 0.0)) for one in sorted(those)]
            for pid, those in held.items()
        }
