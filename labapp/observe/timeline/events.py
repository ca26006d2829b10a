"""What happened to a server, one thing each: an event, and a request from its begin to its end."""

from __future__ import annotations

import signal
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from math import inf

from labapp.observe.sampler.datagrams import Row

LANES = {"t": "thread", "g": "greenlet", "a": "task", "c": "conn"}
"""What a worker serves in, by the letter of the hooks' lanes; one that does one thing at a time has none."""

CONNECTION = "c"
"""The letter of Nginx's lanes: a connection of a client, and behind it the upstreams that were asked."""

STALE = 0.005
"""Seconds by which Nginx may tell a begin too early: it looks at the clock once in a turn, and tells ms."""

OS, GUNICORN, NGINX, LAB = "operating system", "gunicorn", "nginx", "lab"
_SOURCES = {"started": OS, "ended": OS, "signal": LAB}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at `at`, in seconds of the monotonic clock: the same for every source.

    `kind` is `started` or `ended` of the operating system, `signal` of the lab, else one of Gunicorn's hooks:
    `fork`, `ready`, `begin`, `end`, `abort`, `exit`, `reap`, `count`, `reload`, `upgrade`. Nginx tells `end`,
    and so does Gunicorn alone in a storm of one quick request.
    """

    at: float
    source: str
    kind: str
    pid: int
    who: str
    """The label of the process, `M` or `W1`; `pid 3307` where nobody knows it."""
    about: str = ""
    """What else there is to say: a request, a signal's name, `2 → 3`."""
    status: int | None = None
    """How a process ended: an exit status, or a signal's negative number."""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.who, self.kind, self.about)))


@dataclass(frozen=True, slots=True)
class Life:
    """A process from its start to its end, None while it lives."""

    pid: int
    who: str
    begin: float
    end: float | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A request in a worker, from its headers read to its answer written, on the monotonic clock."""

    method: str
    path: str
    query: str
    pid: int
    worker: str
    """The label of the worker that served it."""
    thread: str
    """Where in the worker: `thread 2`, `greenlet 1`, `task 1`; empty where it does one thing at a time.

    Threads are numbered as they first serve. Of greenlets, tasks and Nginx's connections (`conn 1`) there
    are many, each soon gone: a number is one that no other had at that time.
    """
    begin: float
    end: float | None
    """None while it is served, and for ever when its worker did not live to answer."""
    status: int | None
    """What was answered; None where nothing was."""
    sent: float | None = None
    """When the client sent it, where the lab did."""
    cut: float | None = None
    """When its worker ended, if that was before its answer."""
    port: int = field(default=0, repr=False)
    upstreams: tuple[str, ...] = field(default=(), repr=False)
    """Whom Nginx asked, in this order: where there are several, the others did not answer."""

    @property
    def duration(self) -> float | None:
        """Seconds in the worker; None where it has no end."""
        return None if self.end is None else self.end - self.begin

    @property
    def waited(self) -> float | None:
        """Seconds from the client's sending to the begin: in the backlog, as a rule. None where unknown."""
        return None if self.sent is None else max(0.0, self.begin - self.sent)

    @property
    def until(self) -> float | None:
        """When it was over, one way or the other; None while it is served."""
        return self.cut if self.end is None else self.end

    def overlaps(self, first: float, last: float) -> bool:
        """Whether it was under way at any moment from `first` until `last`."""
        return self.begin < last and (self.until is None or self.until >= first)


def event(row: Row, names: Mapping[int, str], statuses: Mapping[int, int]) -> Event:
    """Return what a row tells, with the names of pids, and the statuses of those that have ended."""
    kind, at, pid = row[:3]
    about, status, source = "", None, _SOURCES.get(kind, GUNICORN)
    match kind:  # By the kind alone: to take a hundred thousand rows apart takes a second.
        case "begin":
            about = f"{row[7]} {row[8]}"
        case "end":
            status = row[10]
            about = f"{row[7]} {row[8]} {status or ''}".rstrip()
            source = NGINX if row[4].startswith(CONNECTION) else GUNICORN
        case "fork":
            about = f"by {name(row[4], names)}"
        case "reap":
            about = name(row[4], names)
        case "count":
            new, old = row[4:6]
            about = f"{old} → {new}" if old is not None else str(new)
        case "ended":
            status = statuses.get(pid)
            about = ending(status)
        case "signal":
            about = row[4]
    return Event(at, source, kind, pid, name(pid, names), about, status)


def requests(
    rows: Iterable[Row],
    names: Mapping[int, str],
    deaths: Mapping[int, float],
    sent: Mapping[int, Sequence[float]],
) -> list[Request]:
    """Pair begins and ends, given in time order; `sent` tells by the client's port when it sent something."""
    open_: dict[tuple[int, int], Row] = {}
    pairs: list[tuple[Row, float | None, int | None]] = []
    for row in rows:
        key = row[2], row[5]
        if row[0] == "begin":
            # One of the same number that is open still has ended, and its end was lost.
            open_[key] = row
        else:
            open_.pop(key, None)
            pairs.append(([row[0], row[9], *row[2:9]], row[1], row[10]))
    pairs += [(row, None, None) for row in open_.values()]
    pairs.sort(key=lambda pair: pair[0][1])
    lanes, sendings = _Lanes(), _Sendings(sent)
    found = []
    for (_, begin, pid, _, lane, _, port, method, target), end, status in pairs:
        death = deaths.get(pid)
        cut = max(death, begin) if end is None and death is not None else None
        path, _, query = target.partition("?")
        thread = lanes.name(pid, lane, begin, cut if end is None else end)
        at = sendings.of(port, begin, begin + STALE if lane.startswith(CONNECTION) else begin)
        asked = _upstreams(lane) if lane.startswith(CONNECTION) else ()
        who = name(pid, names)
        found.append(Request(method, path, query, pid, who, thread, begin, end, status, at, cut, port, asked))
    return found


def _upstreams(lane: str) -> tuple[str, ...]:
    """Return whom Nginx asked; it separates them by commas, and by a colon where it went on to other ones."""
    _, _, asked = lane.partition(" ")
    return tuple(asked.replace(" : ", ", ").split(", ")) if asked else ()


def name(pid: int, names: Mapping[int, str]) -> str:
    """Return the label of a process, or its pid where nobody knows it."""
    return names.get(pid) or f"pid {pid}"


def ending(status: int | None) -> str:
    """Say how a process ended: `status 3`, `SIGKILL`; nothing where nobody knows."""
    if status is None:
        return ""
    if status >= 0:
        return f"status {status}"
    with suppress(ValueError):
        return signal.Signals(-status).name
    return f"signal {-status}"


class _Sendings:
    """Finds for each request, asked for in order of their begins, when its client sent it."""

    def __init__(self, sent: Mapping[int, Sequence[float]]) -> None:
        self._sent = {port: sorted(times) for port, times in sent.items()}
        self._used: dict[int, int] = {}

    def of(self, port: int, begin: float, latest: float) -> float | None:
        """Return the time of the sending before `begin`, or of one nearer to it and not after `latest`."""
        times = self._sent.get(port, ())
        number, used = bisect_right(times, begin), self._used.get(port, 0)
        if used <= number < len(times) and times[number] <= latest:
            # Of a port that is used again, the sending before may be of a request of which nobody heard.
            before = times[number - 1] if number > used else -inf
            number += times[number] - begin < begin - before
        # What was sent before the last one was already that one, or never came here.
        if number <= used:
            return None
        self._used[port] = number
        return times[number - 1]


class _Lanes:
    """Numbers the lanes of each worker."""

    def __init__(self) -> None:
        self._threads: dict[int, dict[str, int]] = {}
        self._free: dict[int, list[float]] = {}

    def name(self, pid: int, lane: str, begin: float, end: float | None) -> str:
        kind = LANES.get(lane[:1])
        if kind is None:
            return ""
        if kind == "thread":
            known = self._threads.setdefault(pid, {})
            return f"{kind} {known.setdefault(lane, len(known) + 1)}"
        ends = self._free.setdefault(pid, [])
        until = float("inf") if end is None else end
        for number, free in enumerate(ends, 1):
            if free <= begin:
                ends[number - 1] = until
                return f"{kind} {number}"
        ends.append(until)
        return f"{kind} {len(ends)}"
