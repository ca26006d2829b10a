"""Made-up stretches of a timeline: times are seconds since 1,000 on the monotonic clock."""

from __future__ import annotations

from typing import Any

from labapp.observe.timeline.events import LAB, OS, Event, ProcessLife
from labapp.observe.timeline.requests import Request
from labapp.observe.timeline.slice import TimelineSlice

ZERO = 1000.0
PIDS = {"M": 3304, "W1": 3307, "W2": 3308, "W3": 3309}


def request(begin: float, end: float | None, worker: str = "W1", thread: str = "", **more: Any) -> Request:
    """Return a request that is answered 200 if it has an end."""
    given = {"path": "/wait", "status": None if end is None else 200, "pid": PIDS.get(worker, 4000)} | more
    for name in ("sent", "cut"):
        if name in given:
            given[name] += ZERO
    until = None if end is None else ZERO + end
    return Request(
        method="GET", query="", worker=worker, thread=thread, begin=ZERO + begin, end=until, **given
    )


def life(who: str, begin: float = 0.0, end: float | None = None) -> ProcessLife:
    """Return the life of a process."""
    return ProcessLife(PIDS.get(who, 4000), who, ZERO + begin, None if end is None else ZERO + end)


def event(at: float, kind: str, who: str = "M", about: str = "", status: int | None = None) -> Event:
    """Return an event, of the source that tells its kind."""
    source = {"started": OS, "ended": OS, "signal": LAB}.get(kind, "gunicorn")
    return Event(ZERO + at, source, kind, PIDS.get(who, 4000), who, about, status)


def stretch(*what: Request | ProcessLife | Event, seconds: float = 3.0, **more: Any) -> TimelineSlice:
    """Return a stretch with all of these in it."""
    events = sorted((one for one in what if isinstance(one, Event)), key=lambda one: one.at)
    served = sorted((one for one in what if isinstance(one, Request)), key=lambda one: one.begin)
    lives = tuple(one for one in what if isinstance(one, ProcessLife))
    return TimelineSlice(tuple(events), tuple(served), lives, ZERO, ZERO + seconds, **more)


def queue_of_ten() -> TimelineSlice:
    """Return ten requests of 0.2 s that came at once to the one worker of a server."""
    served = [request(0.5 + 0.2 * n, 0.7 + 0.2 * n, sent=0.5) for n in range(10)]
    return stretch(life("M"), life("W1", 0.2), event(0.2, "started", "W1"), *served, seconds=2.5)


def killed() -> TimelineSlice:
    """Return a worker that is killed with a request, another that fails, a third that is at work."""
    return stretch(
        life("M"),
        life("W1", 0.0, 1.5),
        life("W2"),
        life("W3", 1.6),
        event(1.5, "signal", "W1", "KILL"),
        event(1.51, "ended", "W1", "SIGKILL", -9),
        event(1.6, "started", "W3"),
        request(0.5, 1.0),
        request(1.0, None, cut=1.5),
        request(0.5, 1.2, "W2", status=500),
        request(2.0, None, "W3"),
    )
