"""A stretch of time as lanes: who waited at the socket, what each process served, and what befell it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from labapp.observe.happenings import Event, Request
    from labapp.observe.stretch import Stretch

Kind = Literal["waiting", "served", "failed", "cut", "open"]

FAILED = 500
BACKLOG = "socket"
# A wait shorter than this share of the picture would be a dot.
_VISIBLE = 0.004
_QUEUE = 12
"""So many rows of waiting requests, at most."""

WORDS = {
    "started": "+ started",
    "abort": "! aborted: too long silent",
    "reload": "⟳ reloads",
    "upgrade": "⇑ starts a second master",
}


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
    """What happened to a process at one moment, in words that begin with a mark."""

    at: float
    words: str
    signal: bool = False


@dataclass(slots=True)
class Lane:
    """One process, or the socket: its rows of bars, each with its place in the process, and its notes."""

    name: str
    life: tuple[float, float] | None
    rows: dict[str, list[Bar]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)


def lanes(stretch: Stretch) -> list[Lane]:
    """Return the socket where anybody waited, then the processes: masters, then the others by number."""
    found: dict[str, Lane] = {}
    for life in stretch.lives:
        until = stretch.end if life.end is None else min(life.end, stretch.end)
        found[life.who] = Lane(life.who, (max(life.begin, stretch.begin), until))
    for event in stretch.events:
        lane = found.setdefault(event.who, Lane(event.who, (stretch.begin, stretch.end)))
        if (words := _words(event)) and stretch.begin <= event.at <= stretch.end:
            lane.notes.append(Note(event.at, words, signal=event.kind == "signal"))
    for request in stretch.served:
        lane = found.setdefault(request.worker, Lane(request.worker, (stretch.begin, stretch.end)))
        lane.rows.setdefault(request.thread, []).append(_bar(request, stretch))
    for lane in found.values():
        lane.rows = dict(sorted(lane.rows.items(), key=lambda row: _in_order(row[0])))
    queue = _queue(stretch)
    return [*([queue] if queue.rows else []), *sorted(found.values(), key=lambda lane: _rank(lane.name))]


def _bar(request: Request, stretch: Stretch) -> Bar:
    what = f"{request.method} {request.path}"
    begin = max(request.begin, stretch.begin)
    end = max(begin, min(request.until or stretch.end, stretch.end))
    if request.cut is not None:
        return Bar(begin, end, "cut", f"{what}: cut off", request)
    if request.end is None:
        return Bar(begin, end, "open", f"{what}: under way", request)
    if request.status is None or request.status >= FAILED:
        return Bar(begin, end, "failed", f"{what}: {request.status or 'no answer'}", request)
    return Bar(begin, end, "served", f"{what}: {request.status}", request)


def _queue(stretch: Stretch) -> Lane:
    """Return those that waited, each in the first row that is free."""
    lane = Lane(BACKLOG, None)
    least = _VISIBLE * (stretch.end - stretch.begin)
    for request in sorted(stretch.served, key=lambda request: request.sent or 0.0):
        if request.sent is None or request.begin - request.sent < least or request.begin < stretch.begin:
            continue
        bar = Bar(
            max(request.sent, stretch.begin),
            min(request.begin, stretch.end),
            "waiting",
            f"{request.method} {request.path}: waits",
            request,
        )
        for number in range(1, _QUEUE + 1):
            row = lane.rows.setdefault(f"place {number}", [])
            if not row or row[-1].end <= bar.begin:
                row.append(bar)
                break
    return lane


def _words(event: Event) -> str:
    """Return what is told of an event, nothing of those that another tells as well."""
    match event.kind:
        case "ended":
            killed = event.status is not None and event.status < 0
            return f"✕ killed by {event.about}" if killed else " ".join(("✕ ended", event.about)).rstrip()
        case "signal":
            return f"⚡ {event.about}"
        case "count":
            return f"{event.about} workers" if "→" in event.about else ""
    return WORDS.get(event.kind, "")


def _rank(name: str) -> tuple[bool, bool, str, int]:
    return (not name.startswith("M"), name.startswith("pid "), *_in_order(name))


def _in_order(label: str) -> tuple[str, int]:
    """Sort W2 before W10."""
    found = re.fullmatch(r"(.*?)(\d*)", label)
    return (found[1], int(found[2] or 0)) if found else (label, 0)
