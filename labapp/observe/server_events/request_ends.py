"""The ends of many requests of one process, as they stand in a page: decoded when somebody asks for them.

Under load that is seldom, and thousands come in a second: meanwhile they are as small as they came.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Self, TypeVar

from labapp.observe.server_events.events import RequestEnd
from labapp.observe.server_events.page_fields import ROW
from labapp.observe.server_events.page_layout import NONE

_FIELDS = ROW.size // 8

T = TypeVar("T")


class RequestEnds:
    """Ends that each are a `RequestEnd`; `asked` says by its number of which unit what was asked for."""

    __slots__ = ("_asked", "_pid", "_rows", "lost")

    def __init__(self, pid: int, lost: int, asked: Mapping[int, tuple[str, str, str]], rows: bytes) -> None:
        self._pid = pid
        self.lost = lost
        """How many events were lost before these."""
        self._asked = asked
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows) // ROW.size

    def __iter__(self) -> Iterator[RequestEnd]:
        pid, lost, asked, new = self._pid, self.lost, self._asked, tuple.__new__
        for began, target, port, status, at, number in ROW.iter_unpack(self._rows):
            known = None if status == NONE else status
            began = round(began, 6)  # noqa: PLW2901 (as in a line)
            fields = (
                "end",
                round(at, 6),
                pid,
                lost,
                asked[target][0],
                number,
                port,
                *asked[target][1:],
                began,
                known,
            )
            yield new(RequestEnd, fields)
            lost = 0

    def since(self, at: float) -> Self:
        """Return those that began at a time or later."""
        if min(memoryview(self._rows).cast("d")[::_FIELDS], default=at) >= at:
            return self
        rows = [self._rows[first : first + ROW.size] for first in range(0, len(self._rows), ROW.size)]
        kept = b"".join(row for row in rows if ROW.unpack(row)[0] >= at)
        return type(self)(self._pid, self.lost, self._asked, kept)

    def without(self, first: int) -> Self:
        """Return all but so many, the first ones."""
        return type(self)(self._pid, 0, self._asked, self._rows[first * ROW.size :])


def flat(told: Iterable[T | RequestEnds]) -> Iterator[T | RequestEnd]:
    """Yield each event, one by one."""
    for one in told:
        if isinstance(one, RequestEnds):
            yield from one
        else:
            yield one
