"""Send a load: the closed loop of the generator's process, over every connection at once.

It stands on httptools and on the system's selector alone: whatever it costs is taken from the server that it
measures. A general client, aiohttp, reached 0.4 of the throughput of `wrk` where this one reaches 0.8.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from labapp.load.connection import Connection, Target
from labapp.load.order import Order
from labapp.load.result import Exchange

if TYPE_CHECKING:
    from labapp.load.tls import TLS

TICK = 0.02  # s between two looks at the clock, for whom the selector does not wake
_REPORT = 0.1
_REST = 0.01  # s that a connection rests after a failure: a dead server is no reason to spin


class Traffic:
    """Carries out an order; `report` is given what has ended, some times a second.

    `lifeline` is a descriptor that becomes readable when nobody wants the traffic any more.
    """

    def __init__(self, order: Order, report: Callable[[Sequence[Exchange]], None], lifeline: int) -> None:
        self._order = order
        self._target = aim(order)
        self._report = report
        self._selector = selectors.DefaultSelector()
        self._selector.register(lifeline, selectors.EVENT_READ)
        self._active: set[Connection] = set()  # Those with a request on its way.
        self._resting: dict[Connection, float] = {}
        self._ended: list[Exchange] = []
        self.unsent = order.most
        self.began = self._ticked = self._reported = time.monotonic()
        self._warm = self.began + order.warmup

    def run(self) -> bool:
        """Send everything and wait for the answers; False if it was called off."""
        self._start()
        while self._unfinished():
            for key, events in self._ready():
                if key.data is None:
                    return False
                if key.data in self._active:
                    self._settle(key.data, key.data.ready(events))
                else:
                    key.data.close()  # It was kept for a later request, and the server has closed it.
            self._tick(time.monotonic())
        self._report(self._ended)
        return True

    def _start(self) -> None:
        for number in range(min(self._order.concurrency, self.unsent)):
            self._begin(Connection(number, self._target, self._selector))

    def _unfinished(self) -> bool:
        return bool(self._active or self._resting)

    def _ready(self) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait for something to happen, or for the next look at the clock."""
        return self._selector.select(max(0.0, self._ticked + TICK - time.monotonic()))

    def _begin(self, connection: Connection) -> None:
        """Send the next request, if there is to be one."""
        now = time.monotonic()
        if now < self._warm:
            self._send(connection, now, now)
        elif self.unsent and now < self._warm + self._order.seconds:
            self.unsent -= 1
            self._send(connection, now, now)
        else:
            connection.close()

    def _send(self, connection: Connection, due: float, now: float) -> None:
        """Send a request that was due then."""
        self._active.add(connection)
        self._settle(connection, connection.begin(now, due))

    def _settle(self, connection: Connection, ended: bool) -> None:
        """Note a request that has ended; its connection is free."""
        if not ended:
            return
        now, answer = time.monotonic(), connection.answer
        sent, done = round(connection.sent - self.began, 6), round(now - self.began, 6)
        late = round(connection.sent - connection.due, 6)
        told = answer.status, answer.bytes, connection.error, connection.port, late
        self._ended.append(Exchange(connection.number, sent, done, *told))
        self._active.discard(connection)
        self._freed(connection, now)

    def _freed(self, connection: Connection, now: float) -> None:
        """Go on to the next request: after a failure, a little later."""
        if connection.error:
            self._resting[connection] = now + _REST
        else:
            self._begin(connection)

    def _tick(self, now: float) -> None:
        """Do what only the clock calls for."""
        if now < self._ticked + TICK:
            return
        self._ticked = now
        for connection in list(self._active):
            if now >= connection.due + self._order.timeout:
                connection.expire()
                self._settle(connection, True)
            elif not connection.is_open:
                self._settle(connection, connection.connect())
        for connection in [one for one, until in self._resting.items() if now >= until]:
            del self._resting[connection]
            self._begin(connection)
        if now >= self._reported + _REPORT:
            self._reported = now
            self._report(self._ended)
            self._ended = []


def aim(order: Order) -> Target:
    """Return what the sockets need to know of an order."""
    host = "localhost" if order.address.startswith("unix:") else order.address.rpartition(":")[0].strip("[]")
    how = order.method == "HEAD", order.keep_alive, _session(order, host)
    if order.address.startswith("unix:"):
        return Target(order.message, socket.AF_UNIX, order.address.removeprefix("unix:"), *how)
    port = order.address.rpartition(":")[2]
    host = "127.0.0.1" if host == "localhost" else host
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return Target(order.message, family, (host, int(port)), *how)


def _session(order: Order, host: str) -> Callable[[], TLS] | None:
    if not order.tls:
        return None
    from labapp.load.tls import sessions  # noqa: PLC0415 (what is sent in the clear can do without)

    return sessions(host, order.verify)
