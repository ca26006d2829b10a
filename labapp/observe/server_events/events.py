"""What a server's own processes say of themselves: a named value for each kind of event.

`at` and `began` are seconds on CLOCK_MONOTONIC; `lost` is how many events were lost before this one.
"""

from __future__ import annotations

from typing import Literal, NamedTuple


class RequestBegin(NamedTuple):
    """A worker has read the headers of a request."""

    kind: Literal["begin"]
    at: float
    pid: int
    lost: int
    unit: str
    """What in the worker serves it: a letter (see `UNITS`) and a number; empty where it serves one at a time.

    Of a proxy it is the client's connection, then a blank, what its cache had, a semicolon, and the upstreams
    that were asked.
    """
    number: int
    """The same at its end, and of no other request that is under way in the same process."""
    port: int
    """The client's; 0 where there is none."""
    method: str
    target: str

    @property
    def began(self) -> float:
        """When the request began."""
        return self.at


class RequestEnd(NamedTuple):
    """A worker has answered a request, or will not; all that its begin tells is told again."""

    kind: Literal["end"]
    at: float
    pid: int
    lost: int
    unit: str
    number: int
    port: int
    method: str
    target: str
    began: float
    status: int | None
    """What was answered; None where nobody could be answered."""


class Fork(NamedTuple):
    """A process has been forked."""

    kind: Literal["fork"]
    at: float
    pid: int
    lost: int
    parent: int


class Ready(NamedTuple):
    """A process is ready for requests: a worker, or a master that listens."""

    kind: Literal["ready"]
    at: float
    pid: int
    lost: int
    role: str


class Reap(NamedTuple):
    """A master has taken note that a child ended."""

    kind: Literal["reap"]
    at: float
    pid: int
    lost: int
    child: int


class WorkerCount(NamedTuple):
    """A master wants another number of workers; `before` is None at its start."""

    kind: Literal["count"]
    at: float
    pid: int
    lost: int
    wanted: int
    before: int | None


class Notice(NamedTuple):
    """Something of which its kind says all."""

    kind: Literal["abort", "exit", "reload", "upgrade"]
    at: float
    pid: int
    lost: int


RequestEvent = RequestBegin | RequestEnd
ServerEvent = RequestEvent | Fork | Ready | Reap | WorkerCount | Notice

UNITS = {"t": "thread", "g": "greenlet", "a": "task", "c": "conn"}
"""What a worker serves in, by the letter of a request's unit."""

CONNECTION = "c"
"""The letter of a proxy's units."""


def serves_one(unit: str) -> bool:
    """Whether a unit serves one request after the other: the worker itself, or a thread of it."""
    return unit[:1] in ("", "t")


def upstreams(unit: str) -> tuple[str, ...]:
    """Return whom a proxy asked: it separates them by commas, and by a colon where it went on to others."""
    _, _, asked = unit.partition(";")
    return tuple(asked.replace(" : ", ", ").split(", ")) if asked else ()


def cached(unit: str) -> str:
    """Return what a proxy's cache had, in the proxy's words: `HIT`, `MISS`; nothing where none was asked."""
    return unit.partition(" ")[2].partition(";")[0]
