"""A part of a timeline as lanes: who waited at the socket, what each process served, and what befell it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from labapp.observe.timeline.events import Event, ProcessLife
    from labapp.observe.timeline.requests import Request

Kind = Literal["waiting", "served", "failed", "cut", "open"]

FAILED = 500
BACKLOG = "socket"
# A wait shorter than this share of the picture would be a dot.
_VISIBLE = 0.004

STARTED, ENDED, SIGNAL, OTHER = "+✕⚡!"
_WORDS = {
    "started": (STARTED, "started"),
    "abort": (OTHER, "aborted: too long silent"),
    "reload": (OTHER, "reloads"),
    "upgrade": (OTHER, "starts a second master"),
}


class Shown(Protocol):
    """A part of a timeline, as far as lanes need it."""

    @property
    def events(self) -> Sequence[Event]:
        """What happened, in order."""

    @property
    def served(self) -> Sequence[Request]:
        """The requests that were under way."""

    @property
    def lives(self) -> Sequence[ProcessLife]:
        """The processes, as long as each lived."""

    @property
    def begin(self) -> float:
        """When it begins, on the monotonic clock."""

    @property
    def end(self) -> float:
        """When it ends."""

    @property
    def summary(self) -> str:
        """What there is in it, counted."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A request for some time: waiting at the socket, or in a worker. `words` say what and by what end."""

    begin: float
    end: float
    kind: Kind
    words: str
    request: Request


@dataclass(frozen=True, slots=True)
class Note:
    """What happened to a process at one moment: a mark that tells what kind of thing it is, and words."""

    at: float
    mark: str
    words: str


@dataclass(slots=True)
class Lane:
    """One process, or the socket: its rows of bars, each with its place in the process, and its notes."""

    name: str
    life: tuple[float, float] | None
    """From when until when the process lived in the part; the socket has none."""
    rows: dict[str, list[Bar]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    more: int = 0
    """How many rows there are besides, left out for want of room."""

    @property
    def place(self) -> str:
        """What its rows are: places in a queue, threads, greenlets; empty where there is one row only."""
        return next(iter(self.rows), "").partition(" ")[0]

    @property
    def left_out(self) -> str:
        """Count what was left out: `3 more threads`."""
        return f"{self.more} more {self.place}" + ("" if self.more == 1 else "s")


def lanes_of(part: Shown) -> list[Lane]:
    """Return the socket where anybody waited, then the processes: masters, then the others by number."""
    found: dict[str, Lane] = {}
    for life in part.lives:
        until = part.end if life.end is None else min(life.end, part.end)
        found[life.who] = Lane(life.who, (max(life.begin, part.begin), until))
    for event in part.events:
        lane = found.setdefault(event.who, Lane(event.who, (part.begin, part.end)))
        if (mark := _mark(event)) and part.begin <= event.at <= part.end:
            lane.notes.append(Note(event.at, *mark))
    for request in part.served:
        lane = found.setdefault(request.worker, Lane(request.worker, (part.begin, part.end)))
        lane.rows.setdefault(request.thread, []).append(_bar(request, part))
    for lane in found.values():
        lane.rows = dict(sorted(lane.rows.items(), key=lambda row: _in_order(row[0])))
    queue = _queue(part)
    return [*([queue] if queue.rows else []), *sorted(found.values(), key=lambda lane: _rank(lane.name))]


def fit(found: Sequence[Lane], rows: int) -> tuple[list[Lane], int]:
    """Return as much as so many rows have room for, and how many lanes are left out.

    Each lane keeps its first rows, as many as the others; what is left out takes a row of its own.
    """
    shown = found if len(found) <= rows else found[: rows - 1]
    most = max((len(lane.rows) for lane in shown), default=1)
    while most > 1 and sum(_height(lane, most) for lane in shown) > rows:
        most -= 1
    cut = [
        lane
        if len(lane.rows) <= most
        else replace(lane, rows=dict(list(lane.rows.items())[:most]), more=len(lane.rows) - most)
        for lane in shown
    ]
    return cut, len(found) - len(shown)


def _height(lane: Lane, most: int) -> int:
    return max(1, min(len(lane.rows), most)) + (len(lane.rows) > most)


def _bar(request: Request, part: Shown) -> Bar:
    what = f"{request.method} {request.path}"
    begin = max(request.begin, part.begin)
    end = max(begin, min(request.until or part.end, part.end))
    if request.cut is not None:
        return Bar(begin, end, "cut", f"{what}: cut off", request)
    if request.end is None:
        return Bar(begin, end, "open", f"{what}: under way", request)
    if request.status is None or request.status >= FAILED:
        return Bar(begin, end, "failed", f"{what}: {request.status or 'no answer'}", request)
    return Bar(begin, end, "served", f"{what}: {request.status}", request)


def _queue(part: Shown) -> Lane:
    """Return those that waited, each in the first row that is free."""
    lane = Lane(BACKLOG, None)
    taken: list[tuple[float, int]] = []
    free: list[int] = []
    least = _VISIBLE * (part.end - part.begin)
    for request in sorted(part.served, key=lambda request: request.sent or 0.0):
        if request.sent is None or request.begin - request.sent < least or request.begin < part.begin:
            continue
        bar = Bar(
            max(request.sent, part.begin),
            min(request.begin, part.end),
            "waiting",
            f"{request.method} {request.path}: waits",
            request,
        )
        while taken and taken[0][0] <= bar.begin:
            heappush(free, heappop(taken)[1])
        number = heappop(free) if free else len(lane.rows) + 1
        heappush(taken, (bar.end, number))
        lane.rows.setdefault(f"place {number}", []).append(bar)
    return lane


def _mark(event: Event) -> tuple[str, str] | None:
    """Return mark and words of an event, nothing of those that another tells as well."""
    match event.kind:
        case "ended":
            killed = event.status is not None and event.status < 0
            return ENDED, f"killed by {event.about}" if killed else ", ".join(
                filter(None, ("ended", event.about))
            )
        case "signal":
            return SIGNAL, event.about
        case "count" if len(set(event.about.split(" → "))) == 2:
            return OTHER, f"{event.about} workers"
    return _WORDS.get(event.kind)


def _rank(name: str) -> tuple[bool, bool, str, int]:
    return (not name.startswith("M"), name.startswith("pid "), *_in_order(name))


def _in_order(label: str) -> tuple[str, int]:
    """Sort W2 before W10."""
    found = re.fullmatch(r"(.*?)(\d*)", label)
    return (found[1], int(found[2] or 0)) if found else (label, 0)
