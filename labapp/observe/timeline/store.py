"""All that is known of what happened to one server, as it was told; bounded, however long it is told."""

from __future__ import annotations

import signal
import time
from collections import deque
from typing import TYPE_CHECKING

from labapp.observe.feed import ServerEvents, TreeChanged
from labapp.observe.kernel import Process, clock
from labapp.observe.server_events import RequestBegin, RequestEnd, RequestEnds, flat
from labapp.observe.timeline.events import (
    ProcessEnd,
    ProcessLife,
    ProcessStart,
    RawEvent,
    SignalSent,
    name,
    named,
)
from labapp.observe.timeline.process_records import Identity, ProcessRecords
from labapp.observe.timeline.requests import paired
from labapp.observe.timeline.slice import TimelineSlice

if TYPE_CHECKING:
    from labapp.observe.log_syntax import LogSyntax
    from labapp.observe.roles import Roles

REMEMBERED = 100_000  # events
NAMED = 10_000  # processes
SENT = REMEMBERED // 2  # times at which a client sent a request: each is two events
# The kernel tells the start of a process in hundredths of a second.
TICK = 0.01
# A tuple: of each event it is asked, and of a union it would cost twice as much.
_REQUESTS = (RequestBegin, RequestEnd)


class EventStore:
    """Keeps the events of each source, and sums them up. For one thread at a time."""

    def __init__(self, roles: Roles, server: str, log_syntax: LogSyntax) -> None:
        self.answered = self.dropped = self.malformed = 0
        self.heard = False
        """Whether anybody has told of a request, be it one before this was made."""
        self._count = self._kept = 0
        self._roles = roles
        self._server = server
        self._log_syntax = log_syntax
        self.since = time.monotonic()
        """Requests that began before do not count."""
        self._events: deque[RawEvent | RequestEnds] = deque()
        self._names: dict[int, str] = {}
        self._processes = ProcessRecords()
        # Signals to whom nobody has seen yet: to another server's processes, or to a newborn.
        self._unknown: deque[tuple[Identity, SignalSent]] = deque(maxlen=100)
        self._sent: deque[tuple[int, float]] = deque(maxlen=SENT)

    @property
    def forgotten(self) -> int:
        """How many events were let go to make room for later ones."""
        return self._count - self._kept

    def __len__(self) -> int:
        return self._kept

    def on_server_events(self, message: ServerEvents) -> None:
        """Keep what the server's processes sent; requests only that began after this was made."""
        self.malformed += message.malformed
        since = self.since
        for event in message.told:
            self.dropped += event.lost
            if isinstance(event, RequestEnds):
                self.heard = self.heard or bool(event)
                ends = event.since(since)
                self.answered += len(ends)
                self._add(ends, len(ends))
                continue
            if isinstance(event, _REQUESTS):
                self.heard = True
                if event.began < since:
                    continue
                self.answered += event.kind == "end"
            self._add(event)

    def on_tree(self, message: TreeChanged) -> None:
        """Keep who lives now, and so who was born and who has died."""
        tree = self._roles.name(message.processes)
        self._names.update({process.pid: process.label for process in tree})
        shift = clock() - time.monotonic()

        def born(process: Process) -> float:
            return min(message.at, process.started - shift + TICK)

        alive = (process for process in tree if process.alive)
        births, deaths = self._processes.on_processes(alive, message.at, born)
        for record in births:
            self._add(ProcessStart(record.born, record.process.pid))
        for record in deaths:
            self._add(ProcessEnd(message.at, record.process.pid))
        for identity, signalled in list(self._unknown):
            if self._processes.lives(identity):
                self._unknown.remove((identity, signalled))
                self._add(signalled)
        self._forget()

    def on_exit(self, pid: int, status: int) -> None:
        """Keep how a process ended."""
        self._processes.on_exit(pid, status)

    def on_log(self, lines: list[str]) -> None:
        """Keep what the log tells of deaths, for systems that do not tell it to us."""
        for line in lines:
            if death := self._log_syntax.death(line):
                self._processes.on_logged_death(*death)

    def on_signal(self, identity: Identity, number: signal.Signals, at: float) -> None:
        """Keep that the lab sent a signal, if it was to one of this server's processes."""
        event = SignalSent(at, identity[0], number.name.removeprefix("SIG"))
        if self._processes.lives(identity):
            self._add(event)
        else:
            self._unknown.append((identity, event))

    def on_sent(self, port: int, at: float) -> None:
        """Keep when a request was sent, and from which port."""
        self._sent.append((port, at))

    def sum_up(self) -> TimelineSlice:
        """Return all that is known."""
        known: list[RawEvent] = list(flat(self._events))
        # A process that says so has started: that is told more finely than the kernel tells its start.
        forks = {event.pid: event.at for event in known if event.kind == "fork"}
        events = [
            ProcessStart(min(event.at, forks.get(event.pid, event.at)), event.pid)
            if event.kind == "started"
            else event
            for event in known
        ]
        events.sort(key=lambda event: (event.at, event.kind != "started"))
        sent: dict[int, list[float]] = {}
        for port, at in self._sent:
            sent.setdefault(port, []).append(at)
        requests = (event for event in events if isinstance(event, _REQUESTS))
        deaths, statuses = self._endings()
        served = tuple(paired(requests, self._names, deaths, sent))
        begin, end = (events[0].at, events[-1].at) if events else (0.0, 0.0)
        lives = []
        for (pid, _), record in self._processes.items():
            born = min(record.born, forks.get(pid, record.born))
            lives.append(ProcessLife(pid, name(pid, self._names), born, record.died))
        return TimelineSlice(
            tuple(named(event, self._server, self._names, statuses) for event in events),
            served,
            tuple(lives),
            begin,
            end,
            dropped=self.dropped,
            malformed=self.malformed,
            forgotten=self.forgotten,
        )

    def _add(self, event: RawEvent | RequestEnds, number: int = 1) -> None:
        """Keep an event, or a number of them, and let go of the first beyond what is to be remembered."""
        self._events.append(event)
        self._count += number
        self._kept += number
        while (beyond := self._kept - REMEMBERED) > 0:
            first = self._events.popleft()
            if not isinstance(first, RequestEnds):
                self._kept -= 1
            elif len(first) > beyond:
                self._events.appendleft(first.without(beyond))
                self._kept -= beyond
            else:
                self._kept -= len(first)

    def _endings(self) -> tuple[dict[int, float], dict[int, int]]:
        """Return by the pid when a process died, unless its pid is another's by now, and how."""
        deaths: dict[int, float] = {}
        statuses: dict[int, int] = {}
        for (pid, _), record in self._processes.items():
            if record.died is None:
                deaths.pop(pid, None)
            else:
                deaths[pid] = record.died
            if record.status is not None:
                statuses[pid] = record.status
        return deaths, statuses

    def _forget(self) -> None:
        """Let go of the oldest beyond what is to be remembered."""
        for pid in list(self._names)[: max(len(self._names) - NAMED, 0)]:
            del self._names[pid]
        for identity in list(self._processes)[: max(len(self._processes) - NAMED, 0)]:
            self._processes.forget(identity)
