"""A request that an application serves, as its events need it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from labapp.observe.server_events import LONGEST, NONE, encode_asked

if TYPE_CHECKING:
    from labapp.observe.server_events import PageWriter


class Target:
    """What is asked for, and of whom in this process: many requests have it in common."""

    __slots__ = ("method", "number", "unit", "uri")

    def __init__(self, unit: str, method: str, uri: str) -> None:
        self.unit = unit
        self.method = method
        self.uri = uri[:LONGEST]
        self.number = 0
        """What stands for it in a page."""

    @property
    def text(self) -> bytes:
        """What its number stands for."""
        return encode_asked(self.unit, self.method, self.uri).encode()


# A plain tuple: to name what is in it would cost more than all that it is given. It is the memory that it is
# written into, if it is, then its number, what it asked for, its port, and when it began.
Begun: TypeAlias = "tuple[PageWriter | None, int, Target, int, float]"
"""A request that has begun."""


@lru_cache(512)
def port_of(said: object) -> int:
    """Return the number that a port is written as; 0 where there is none."""
    port = said if type(said) is int else int(said) if isinstance(said, str) and said.isdecimal() else 0
    return port if 0 <= port <= 0xFFFF else 0


@lru_cache(512)
def number_of(status: int | str | None) -> int:
    """Return the number that a status is written as, of three digits; `NONE` where there is none."""
    digits = str(status).partition(" ")[0]
    return int(digits) if digits.isdecimal() and len(digits) <= 3 else NONE
