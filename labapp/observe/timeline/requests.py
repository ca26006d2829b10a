"""Requests, each from its begin to its end."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from labapp.observe.server_events import (
    CONNECTION,
    UNITS,
    RequestBegin,
    RequestEvent,
    cached,
    upstreams,
)
from labapp.observe.timeline.events import name
from labapp.observe.timeline.requests_under_way import RequestsUnderWay

STALE = 0.005
"""Seconds by which a proxy may tell a begin too early: it looks at the clock once in a turn, and tells ms."""


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

    Threads are numbered as they first serve. Of greenlets, tasks and a proxy's connections (`conn 1`) there
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
    number: int = field(default=0, repr=False)
    """That of its events."""
    port: int = field(default=0, repr=False)
    upstreams: tuple[str, ...] = field(default=(), repr=False)
    """Whom a proxy asked, in this order: where there are several, the others did not answer."""
    cache: str = field(default="", repr=False)
    """What a proxy's cache had, in the proxy's words: `HIT`, `MISS`, `EXPIRED`; empty where it has none."""
    via: Request | None = field(default=None, repr=False)
    """The same request as a proxy had it that passed it on, where both are known."""

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

    def as_begin(self) -> RequestBegin:
        """Return its begin again, of one that is under way."""
        # No unit of a worker that serves several at once is taken for one that serves one at a time.
        target = f"{self.path}?{self.query}" if self.query else self.path
        return RequestBegin(
            "begin", self.begin, self.pid, 0, self.thread, self.number, self.port, self.method, target
        )

    def overlaps(self, first: float, last: float) -> bool:
        """Whether it was under way at any moment from `first` until `last`."""
        return self.begin < last and (self.until is None or self.until >= first)


def paired(
    events: Iterable[RequestEvent],
    names: Mapping[int, str],
    deaths: Mapping[int, float],
    sent: Mapping[int, Sequence[float]],
) -> list[Request]:
    """Pair events in time order; `sent` says by the client's port when it sent something."""
    under_way, found = RequestsUnderWay(), list[RequestEvent]()
    for event in events:
        if event.kind == "begin":
            under_way.on_begin(event)
        else:
            under_way.on_end(event)
            found.append(event)
    found += under_way
    found.sort(key=lambda event: event.began)
    places, sendings = _Places(), _Sendings(sent)
    return [_request(event, names, deaths, places, sendings) for event in found]


def _request(
    event: RequestEvent,
    names: Mapping[int, str],
    deaths: Mapping[int, float],
    places: _Places,
    sendings: _Sendings,
) -> Request:
    """Return a request from its end, or from its begin where it has no end."""
    begin, pid, unit = event.began, event.pid, event.unit
    end, status = (None, None) if event.kind == "begin" else (event.at, event.status)
    death = deaths.get(pid)
    cut = max(death, begin) if end is None and death is not None else None
    path, _, query = event.target.partition("?")
    proxied = unit.startswith(CONNECTION)
    return Request(
        event.method,
        path,
        query,
        pid,
        name(pid, names),
        places.of(pid, unit, begin, cut if end is None else end),
        begin,
        end,
        status,
        sendings.of(event.port, begin, begin + STALE if proxied else begin),
        cut,
        event.number,
        event.port,
        upstreams(unit) if proxied else (),
        cached(unit) if proxied else "",
    )


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


class _Places:
    """Numbers the units of each worker."""

    def __init__(self) -> None:
        self._threads: dict[int, dict[str, int]] = {}
        self._free: dict[int, list[float]] = {}

    def of(self, pid: int, unit: str, begin: float, end: float | None) -> str:
        """Return where in its worker a request is served: `thread 2`; asked for in order of their begins."""
        kind = UNITS.get(unit[:1])
        if kind is None:
            return ""
        if kind == "thread":
            known = self._threads.setdefault(pid, {})
            return f"{kind} {known.setdefault(unit, len(known) + 1)}"
        ends = self._free.setdefault(pid, [])
        until = inf if end is None else end
        for number, free in enumerate(ends, 1):
            if free <= begin:
                ends[number - 1] = until
                return f"{kind} {number}"
        ends.append(until)
        return f"{kind} {len(ends)}"
