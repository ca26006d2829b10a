"""A request that an application serves, and its events as they are sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from time import monotonic

from labapp.observe.server_events import (
    LONGEST,
    encode_request,
    encode_request_begin,
    encode_request_end,
    encode_request_ends,
)

# Ends in a line, which macOS would not send if it were longer.
_TOGETHER = 20


class Telling:
    """One request, as its events need it: what was asked, and in the end what was answered."""

    __slots__ = ("began", "ended", "method", "port", "status", "told", "unit", "uri")

    began: float

    def __init__(self, unit: str, method: str, uri: str, port: object) -> None:
        self.unit = unit
        self.method = method
        self.uri = uri
        self.port = port
        self.status: str | int | None = None
        self.ended = 0.0
        self.told = False
        """Whether its begin is."""

    @property
    def peer_addr(self) -> tuple[str, int]:
        """Whose request it is."""
        return "", _number(self.port) or 0

    @property
    def status_code(self) -> int | None:
        """What was answered, where anything was."""
        return _number(self.status)


def encode_begin(telling: Telling, pid: int, lost: int) -> str:
    """Return the begin of a request."""
    return encode_request_begin(telling.began, pid, lost, _about(telling))


def encode_end(telling: Telling, pid: int, lost: int) -> str:
    """Return its end."""
    return encode_request_end(
        telling.ended, pid, lost, _about(telling), telling.began, _number(telling.status)
    )


def encode_ends(group: list[Telling], pid: int, lost: int) -> str:
    """Return the ends of some of `grouped`."""
    one = group[0]
    ends = [
        (id(each), _number(each.port) or 0, each.began, each.ended, _number(each.status)) for each in group
    ]
    return encode_request_ends(monotonic(), pid, lost, one.unit, one.method, one.uri[:LONGEST], ends)


def grouped(ended: Iterable[Telling]) -> Iterator[list[Telling]]:
    """Yield requests that have the same unit, method and target together, so many as a line may tell of."""
    groups = defaultdict[tuple[str, str, str], list[Telling]](list)
    for telling in ended:
        groups[telling.unit, telling.method, telling.uri].append(telling)
    for group in groups.values():
        for first in range(0, len(group), _TOGETHER):
            yield group[first : first + _TOGETHER]


def _about(telling: Telling) -> str:
    return encode_request(
        telling.unit, id(telling), _number(telling.port) or 0, telling.method, telling.uri[:LONGEST]
    )


@lru_cache(512)
def _number(said: object) -> int | None:
    """Return the number that a port or a status is written as; None where there is none."""
    digits = str(said).partition(" ")[0]
    return int(digits) if digits.isdecimal() else None
