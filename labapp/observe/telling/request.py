"""A request that an application serves, and its events as they are sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from time import monotonic
from typing import TYPE_CHECKING

from labapp.observe.server_events import (
    LONGEST,
    encode_asked,
    encode_request,
    encode_request_begin,
    encode_request_end,
    encode_request_ends,
)

if TYPE_CHECKING:
    from labapp.observe.server_events import PageWriter

# Ends in a line, which macOS would not send if it were longer.
_TOGETHER = 20


class Target:
    """What is asked for, and of whom in this process: many requests have it in common."""

    __slots__ = ("about", "method", "unit", "uri")

    def __init__(self, unit: str, method: str, uri: str) -> None:
        self.unit = unit
        self.method = method
        self.uri = uri[:LONGEST]
        self.about = encode_asked(unit, method, self.uri)


class Telling:
    """One request, as its events need it: what was asked, and in the end what was answered.

    It has no `__init__`, which would cost more than all that it is given.
    """

    target: Target
    port: int | str | None
    began: float
    ended = 0.0
    status: int | str | None = None
    told = False
    """Whether its begin is."""
    page: PageWriter | None = None
    """The memory that it is written into, if it is, and where."""
    row = 0


def encode_begin(telling: Telling, pid: int, lost: int) -> str:
    """Return the begin of a request."""
    return encode_request_begin(telling.began, pid, lost, _about(telling))


def encode_end(telling: Telling, pid: int, lost: int) -> str:
    """Return its end."""
    status = number_of(telling.status)
    return encode_request_end(telling.ended, pid, lost, _about(telling), telling.began, status)


def encode_ends(group: list[Telling], pid: int, lost: int) -> str:
    """Return the ends of requests for one target."""
    ends = [(id(one), port_of(one.port), one.began, one.ended, number_of(one.status)) for one in group]
    return encode_request_ends(monotonic(), pid, lost, group[0].target.about, ends)


def parted(groups: Iterable[list[Telling]]) -> Iterator[list[Telling]]:
    """Yield requests for one target together, so many as a line may tell of."""
    for group in groups:
        for first in range(0, len(group), _TOGETHER):
            yield group[first : first + _TOGETHER]


def _about(telling: Telling) -> str:
    target = telling.target
    return encode_request(target.unit, id(telling), port_of(telling.port), target.method, target.uri)


def port_of(said: int | str | None) -> int:
    """Return the number that a port is written as; 0 where there is none."""
    return said if type(said) is int else int(said) if said and str(said).isdecimal() else 0


@lru_cache(512)
def number_of(status: int | str | None) -> int | None:
    """Return the number that a status is written as; None where there is none."""
    digits = str(status).partition(" ")[0]
    return int(digits) if digits.isdecimal() else None
