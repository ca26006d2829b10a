"""An open loop: requests leave when they are due, whatever became of those before.

Latencies count from when a request was due. A closed loop sends nothing while it waits, so whoever would have
come meanwhile is missing from its figures; here they are sent, or wait for a connection, and show.
"""

from __future__ import annotations

import select
import selectors
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from math import inf

from labapp.load.arrivals import arrivals
from labapp.load.connection import Connection
from labapp.load.order import Order
from labapp.load.result import Exchange
from labapp.load.traffic import TICK, Traffic


class OpenTraffic(Traffic):
    """Carries out an order that has a rate.

    A request for which no connection is free waits for one, and is given up after the order's timeout: that
    counts from when it was due, too, so a load never outlasts its last request by more.
    """

    def __init__(self, order: Order, report: Callable[[Sequence[Exchange]], None], lifeline: int) -> None:
        super().__init__(order, report, lifeline)
        self._dues = arrivals(order)
        self._next = self._following()
        self._waiting: deque[float] = deque()  # Due, and no connection is free.
        self._idle: list[Connection] = []
        self._made = 0

    def _start(self) -> None:
        self._release(time.monotonic())

    def _unfinished(self) -> bool:
        return bool(self._active or self._waiting or self._next < inf)

    def _ready(self) -> list[tuple[selectors.SelectorKey, int]]:
        pause = min(self._next, self._ticked + TICK) - time.monotonic()
        if pause > 0 and sys.platform == "linux":
            # The selector rounds a pause up to a whole ms: at 1,000 requests per second, to the next one.
            select.select([self._selector.fileno()], [], [], pause)
            pause = 0
        return self._selector.select(max(0.0, pause))

    def _tick(self, now: float) -> None:
        self._release(now)
        super()._tick(now)

    def _freed(self, connection: Connection, _now: float) -> None:
        self._idle.append(connection)

    def _release(self, now: float) -> None:
        """Send what is due, the longest due first, as long as there are connections."""
        while self._next <= now:
            self.unsent -= self._next >= self._warm
            self._waiting.append(self._next)
            self._next = self._following()
        while self._waiting and (self._idle or self._made < self._order.concurrency):
            self._send(self._connection(), self._waiting.popleft(), time.monotonic())
        while self._waiting and now >= self._waiting[0] + self._order.timeout:
            self._give_up(self._waiting.popleft(), now)

    def _following(self) -> float:
        """Return when the next request is due; never, if there is none."""
        return self.began + next(self._dues, inf)

    def _connection(self) -> Connection:
        """Return one that carries nothing: the last that did, so that kept ones are used, else a new one."""
        if self._idle:
            return self._idle.pop()
        self._made += 1
        return Connection(self._made - 1, self._target, self._selector)

    def _give_up(self, due: float, now: float) -> None:
        """Note a request that found no free connection in time."""
        at = round(now - self.began, 6)
        self._ended.append(Exchange(-1, at, at, 0, 0, "unsent", 0, round(now - due, 6)))
