"""What happened to a server, one thing each, in words that a reader knows."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, NamedTuple

from labapp.observe.server_events import ServerEvent

OS, LAB = "operating system", "lab"


class ProcessStart(NamedTuple):
    """The operating system has a new process."""

    at: float
    pid: int
    kind: Literal["started"] = "started"


class ProcessEnd(NamedTuple):
    """A process has ended."""

    at: float
    pid: int
    kind: Literal["ended"] = "ended"


class SignalSent(NamedTuple):
    """The lab has sent a signal; `name` is without its SIG."""

    at: float
    pid: int
    name: str
    kind: Literal["signal"] = "signal"


RawEvent = ServerEvent | ProcessStart | ProcessEnd | SignalSent
"""An event as its source tells it, without the names of processes."""


class Event(NamedTuple):
    """Something that happened at `at`, in seconds of the monotonic clock: the same for every source.

    `kind` is `started` or `ended` of the operating system, `signal` of the lab, else what the server itself
    says: `fork`, `ready`, `begin`, `end`, `abort`, `exit`, `reap`, `count`, `reload`, `upgrade`. A proxy says
    `end` alone, and so do the others of many a request that is soon over.
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
class ProcessLife:
    """A process from its start to its end, None while it lives."""

    pid: int
    who: str
    begin: float
    end: float | None = None


def named(raw: RawEvent, server: str, names: Mapping[int, str], statuses: Mapping[int, int]) -> Event:
    """Return an event with the names of pids, and the status of a process that has ended.

    `server` is the source of what the server itself says.
    """
    about, status, source = "", None, server
    match raw.kind:  # By the kind alone: to name a hundred thousand takes a second.
        case "begin":
            about = f"{raw.method} {raw.target}"
        case "end":
            status = raw.status
            about = f"{raw.method} {raw.target} {status or ''}".rstrip()
        case "fork":
            about = f"by {name(raw.parent, names)}"
        case "reap":
            about = name(raw.child, names)
        case "count":
            about = str(raw.wanted) if raw.before is None else f"{raw.before} → {raw.wanted}"
        case "started":
            source = OS
        case "ended":
            status, source = statuses.get(raw.pid), OS
            about = ending(status)
        case "signal":
            about, source = raw.name, LAB
    return Event(raw.at, source, raw.kind, raw.pid, name(raw.pid, names), about, status)


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
