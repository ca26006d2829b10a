"""The events of an application's requests, told from whichever process it serves in.

They are written into memory that the receiver reads: to send each would cost a request more than all else
here, and so would a thread that sends them later. Where there is no such memory, each is sent. A layer writes
the row of an ordinary request itself, for a call costs more than that; what is not ordinary is done here.
"""

from __future__ import annotations

import itertools
import os
from _thread import allocate_lock
from collections.abc import Callable, Iterator
from contextlib import suppress
from time import monotonic
from typing import Any, TypeAlias, TypeVar

from labapp.observe.server_events import (
    LOOK,
    NONE,
    ROWS,
    SHARED,
    Column,
    EventSender,
    PageWriter,
    encode_page,
    encode_request,
    encode_request_begin,
    encode_request_end,
    status_of,
)
from labapp.observe.telling.request import PORTS, STATUSES, Begun, Target

# So often, while there are requests, the receiver is told so, and it is seen whether somebody still is one.
# In less, nobody serves as many as there are rows: whose request ends by then need not ask for its own.
AGAIN = 0.5

# For so many requests a row is kept, but for those that other threads have just begun.
KEPT = ROWS - 1024

# Until when what comes next is so: the memory, what has a number in it, the numbers of requests, and the
# columns of their rows. It is one value, for another thread may change it between two looks.
Now: TypeAlias = tuple[
    float, PageWriter | None, dict[Any, Any], Iterator[int], Column, Column, Column, Column, Column, Column
]
_NOTHING: Any = (None, {}, itertools.count(), *(None,) * 6)

T = TypeVar("T", bound=tuple[Any, ...])  # No string: to compile one takes a server a millisecond.


class Sender:
    """Tells for the process in which it is asked to: a server may fork after the application is loaded.

    Nothing that goes wrong is raised.
    """

    def __init__(self, path: str) -> None:
        self._events = EventSender(path)
        self._page: PageWriter | None = None
        self.now: Now = (0.0, *_NOTHING)
        self._numbers = itertools.count()
        self.be_forked()
        # To ask each time which process this is would cost. uWSGI forks unnoticed, but before it serves.
        os.register_at_fork(after_in_child=self.be_forked)

    def begin(self, asked: T, describe: Callable[[T], Target], port: object) -> Begun:
        """Tell that a request begins; `describe` makes a target of what was asked."""
        began = monotonic()
        try:
            if began >= self.now[0]:
                self._look(began)
            known, page = PORTS(port), self._page
            if page is None:
                return self._send_begin(describe(asked), known, began)
            target = _known(page, asked) or self._explain(page, asked, describe)
            number = next(page.numbers)
            row, (begins, targets, ports, _, _, numbers) = number % ROWS, page.columns
            begins[row], targets[row], ports[row], numbers[row] = began, target.number, known, number
            return page, number, target, known, began
        except Exception:  # Not by suppress(), which costs every request more.
            return None, 0, None, 0, began

    def end(self, begun: Begun, status: int | str | None) -> None:
        """Tell that it ends, with the status that was answered."""
        ended = monotonic()
        try:
            page, number, target, port, began = begun
            if target is None:
                return
            said = STATUSES(status_of(None) if status is None else status)
            # Unless there is no page, or its row is another's by now.
            if written := page is not None and page.last - number < KEPT:
                row, (_, _, _, statuses, ends, _) = number % ROWS, page.columns
                statuses[row], ends[row] = said, ended
            if not written or page is not self._page:  # At an old one nobody looks any more.
                self._send_end(number, target, port, began, ended, said)
            if ended >= self.now[0]:
                self._look(ended)
        except Exception:
            return

    def be_forked(self) -> None:
        """Leave to the parent what is its own."""
        if self._page is not None:
            self._page.close()
            self._page = None
        self._ready = False
        self._lock = allocate_lock()
        self.now = (0.0, *_NOTHING)
        self._connection: object = None

    def _look(self, now: float) -> None:
        """Call the receiver, and share memory with it unless it has some already."""
        with self._lock:
            if now < self.now[0]:
                return
            events = self._events
            if not self._ready:
                events.renew()
                self._ready = True
            # It is for one connection: whoever listens at another knows nothing of it.
            if self._page is not None and events.connection is self._connection:
                events.transmit(LOOK)
            page = self._page
            if page is None or events.connection is not self._connection:
                page = self._page = self._shared()
            shared = (page, page.targets, page.numbers, *page.columns) if page else _NOTHING
            self.now = (now + AGAIN, *shared)

    def _shared(self) -> PageWriter | None:
        """Return memory in which somebody looks; None where there is none."""
        if SHARED:
            with suppress(OSError, AttributeError):  # A Python built elsewhere may not know of seals.
                page = PageWriter()
                try:
                    if self._events.transmit(encode_page(self._events.pid), page.descriptor):
                        self._connection = self._events.connection
                        return page
                finally:
                    os.close(page.descriptor)
        return None

    def _explain(self, page: PageWriter, asked: T, describe: Callable[[T], Target]) -> Target:
        """Have a number stand for a target."""
        target = describe(asked)
        target.number = page.explain(target.text)
        *words, last = asked
        known = page.targets
        for word in words:
            known = known.setdefault(word, {})
        known[last] = target
        return target

    def _send_begin(self, target: Target, port: int, began: float) -> Begun:
        events, number = self._events, next(self._numbers)
        about = encode_request(target.unit, number, port, target.method, target.uri)
        events.deliver(encode_request_begin(began, events.pid, events.lost, about), 1, events.lost)
        return None, number, target, port, began

    def _send_end(  # noqa: PLR0917 (all that is known of it)
        self, number: int, target: Target, port: int, began: float, ended: float, status: int
    ) -> None:
        events, known = self._events, None if status == NONE else status
        about = encode_request(target.unit, number, port, target.method, target.uri)
        line = encode_request_end(ended, events.pid, events.lost, about, began, known)
        events.deliver(line, 1, events.lost)


def _known(page: PageWriter, asked: tuple[Any, ...]) -> Target | None:
    """Return the target that has a number: a dictionary for each word, for a tuple of all costs more."""
    found: Any = page.targets
    for word in asked:
        if (found := found.get(word)) is None:
            return None
    return found  # type: ignore[no-any-return]
