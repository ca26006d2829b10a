"""How a process tells in which nothing goes on between two requests: uWSGI without threads.

Nobody could send later what is held back, and to send each event would cost a request too much. So they are
written into memory that the receiver reads; where there is no such memory, each event is sent.
"""

from __future__ import annotations

import os
from contextlib import suppress

from labapp.observe.server_events import SHARED, EventSender, PageWriter, encode_page, encode_target
from labapp.observe.telling.request import Target, Telling, encode_begin, encode_end, number_of, port_of

# In so many seconds it is seen whether somebody still listens, or does again.
_AGAIN = 1.0
# So many targets are remembered by their numbers.
_MOST = 500


class Unthreaded:
    """Tells of each request as it begins and ends."""

    def __init__(self, events: EventSender) -> None:
        self._events = events
        self._page: PageWriter | None = None
        self._connection: object = None
        self._numbers: dict[Target, int] = {}
        self._next = 0
        self._looked = 0.0

    def begin(self, telling: Telling) -> None:
        """Tell that a request begins."""
        if telling.began - self._looked > _AGAIN:
            self._looked = telling.began
            self._look(telling.target)
        number = self._numbers.get(telling.target, -1)
        if number < 0:
            number = self._explain(telling.target)
        if number >= 0 and self._page is not None:
            telling.page = page = self._page
            telling.row = page.begin(number, port_of(telling.port), telling.began)
        else:
            self._events.deliver(
                encode_begin(telling, self._events.pid, self._events.lost), 1, self._events.lost
            )

    def end(self, telling: Telling) -> None:
        """Tell that it ends."""
        if telling.page is not None:
            telling.page.end(telling.row, number_of(telling.status), telling.began, telling.ended)
        else:
            self._events.deliver(
                encode_end(telling, self._events.pid, self._events.lost), 1, self._events.lost
            )

    def _look(self, target: Target) -> None:
        """Share memory with who listens, unless somebody still does that has some already."""
        self._numbers.pop(target, None)
        if not SHARED or (self._page is not None and self._explain(target) >= 0):
            return
        if self._page is not None:
            self._page.close()
            self._page = None
        with suppress(OSError, AttributeError):  # A Python built elsewhere may not know of seals.
            page = PageWriter()
            if self._events.transmit(encode_page(self._events.pid), page.descriptor):
                self._page, self._connection = page, self._events.connection
                self._numbers.clear()
            os.close(page.descriptor)

    def _explain(self, target: Target) -> int:
        """Have a number stand for a target, and return it; -1 where that cannot be told."""
        events = self._events
        # Through a new connection no memory has been shared yet.
        if self._page is None or events.connection is not self._connection:
            return -1
        if not events.transmit(encode_target(self._next, target.about)):
            return -1
        if len(self._numbers) >= _MOST:
            self._numbers.clear()
        self._numbers[target] = number = self._next
        self._next += 1
        return number
