"""A request that an application serves, as its events need it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

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
# written into, if it is, then its number, what it asked for, its port, and when it began; no target where
# nothing could be told.
Begun: TypeAlias = "tuple[PageWriter | None, int, Target | None, int, float]"
"""A request that has begun."""


class _Kept:
    """What a function returned, for a few hundred arguments: to look there costs half of any call."""

    __slots__ = ("_function", "known")

    def __init__(self, function: Callable[[Any], int]) -> None:
        self._function = function
        self.known: dict[Any, int] = {}
        """What it has returned: whoever finds it here need not even ask."""

    def __call__(self, argument: object) -> int:
        if (found := self.known.get(argument)) is None:
            found = self._function(argument)
            if len(self.known) > _MOST:
                self.known.clear()
            self.known[argument] = found
        return found


def _port(said: object) -> int:
    port = said if type(said) is int else int(said) if isinstance(said, str) and said.isdecimal() else 0
    return port if 0 <= port <= 0xFFFF else 0


def _number(status: int | str) -> int:
    digits = str(status).partition(" ")[0]
    return int(digits) if digits.isdecimal() and len(digits) <= 3 else NONE


def _remembers(starts: type) -> int:
    return hasattr(starts, "status")


_MOST = 500
PORTS = _Kept(_port)
"""The number that a port is written as; 0 where there is none."""
STATUSES = _Kept(_number)
"""The number that a status is written as, of three digits; `NONE` where there is none."""
REMEMBERS = _Kept(_remembers)
"""Whether what starts a response, by its type, remembers the status: around that, no other is needed."""
