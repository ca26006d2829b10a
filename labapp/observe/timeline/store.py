"""All that is known of what happened to one server, as it was told; bounded, however long it is told."""

from __future__ import annotations

import re
import signal
import time
from collections import deque
from typing import TYPE_CHECKING, TypeVar

from labapp.observe.feed.messages import Told, TreeChanged
from labapp.observe.kernel.process import clock
from labapp.observe.sampler.datagrams import Row
from labapp.observe.timeline.events import Life, event, name, requests
from labapp.observe.timeline.slice import Stretch

if TYPE_CHECKING:
    from labapp.observe.roles import Roles

REMEMBERED = 100_000  # events
NAMED = 10_000  # processes
SENT = REMEMBERED // 2  # times at which a client sent a request: each is two events
# The kernel tells the start of a process in hundredths of a second.
TICK = 0.01
# How a master tells the death of a worker, for systems that do not tell it to us.
DEATH = re.compile(r"Worker \(pid:(\d+)\) (?:was sent (SIG[A-Z0-9]+)|exited with code (\d+))")

Identity = tuple[int, float]
Key = TypeVar("Key")
Value = TypeVar("Value")


class Ledger:
    """Takes in what each source tells, and sums it up. For one thread at a time."""

    def __init__(self, roles: Roles) -> None:
        self.answered = self.dropped = self.strange = 0
        self._count = 0
        self._roles = roles
        self._since = time.monotonic()
        self._rows: deque[Row] = deque(maxlen=REMEMBERED)
        self._names: dict[int, str] = {}
        self._living: set[Identity] = set()
        self._lives: dict[Identity, tuple[float, float | None]] = {}
        self._deaths: dict[int, float] = {}
        self._statuses: dict[int, int] = {}
        # Signals to whom nobody has seen yet: to another server's processes, or to a newborn.
        self._unknown: deque[tuple[Identity, Row]] = deque(maxlen=100)
        self._sent: deque[tuple[int, float]] = deque(maxlen=SENT)

    @property
    def forgotten(self) -> int:
        """How many events were let go to make room for later ones."""
        return self._count - len(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def hear(self, told: Told) -> None:
        """Take in what the server's processes told; requests only that began after this was made."""
        self.strange += told.strange
        self.dropped += sum(row[3] for row in told.rows)
        since = self._since
        rows = [row for row in told.rows if len(row) < 9 or row[-2 if row[0] == "end" else 1] >= since]
        self.answered += sum(row[0] == "end" for row in rows)
        self._rows.extend(rows)
        self._count += len(rows)

    def see(self, seen: TreeChanged) -> None:
        """Take in who lives now, and so who was born and who has died."""
        tree = self._roles.name(seen.processes)
        self._names.update({process.pid: process.label for process in tree})
        living = {process.identity: process for process in tree if process.alive}
        shift = clock() - time.monotonic()
        for identity, process in living.items():
            if identity not in self._living:
                born = min(seen.at, process.started - shift + TICK)
                self._deaths.pop(process.pid, None)
                self._lives[identity] = born, None
                self._add(["started", born, process.pid, 0])
        for identity in sorted(self._living - living.keys()):
            self._deaths[identity[0]] = seen.at
            self._lives[identity] = self._lives[identity][0], seen.at
            self._add(["ended", seen.at, identity[0], 0])
        self._living = set(living)
        for identity, row in list(self._unknown):
            if identity in living:
                self._unknown.remove((identity, row))
                self._add(row)
        self._forget()

    def exited(self, pid: int, status: int) -> None:
        """Take in how a process ended."""
        self._statuses[pid] = status

    def read(self, lines: list[str]) -> None:
        """Take in what the log tells of deaths."""
        for line in lines:
            if found := DEATH.search(line):
                pid, which, code = found.groups()
                status = int(code) if code else -int(getattr(signal, which, 0))
                self._statuses.setdefault(int(pid), status)

    def signalled(self, identity: Identity, number: signal.Signals, at: float) -> None:
        """Take in that the lab sent a signal, if it was to one of this server's processes."""
        row = ["signal", at, identity[0], 0, number.name.removeprefix("SIG")]
        if identity in self._living:
            self._add(row)
        else:
            self._unknown.append((identity, row))

    def sent(self, port: int, at: float) -> None:
        """Take in when a request was sent, and from which port."""
        self._sent.append((port, at))

    def sum_up(self) -> Stretch:
        """Return all that is known."""
        # A process that speaks has started: that is told more finely than the kernel tells its start.
        spoke = {row[2]: row[1] for row in self._rows if row[0] == "fork"}
        rows = [
            [row[0], min(row[1], spoke.get(row[2], row[1])), *row[2:]] if row[0] == "started" else row
            for row in self._rows
        ]
        rows.sort(key=lambda row: (row[1], row[0] != "started"))
        sent: dict[int, list[float]] = {}
        for port, at in self._sent:
            sent.setdefault(port, []).append(at)
        talk = [row for row in rows if row[0] in ("begin", "end")]
        served = tuple(requests(talk, self._names, self._deaths, sent))
        begin, end = (rows[0][1], rows[-1][1]) if rows else (0.0, 0.0)
        lives = [
            Life(pid, name(pid, self._names), min(born, spoke.get(pid, born)), died)
            for (pid, _), (born, died) in self._lives.items()
        ]
        return Stretch(
            tuple(event(row, self._names, self._statuses) for row in rows),
            served,
            tuple(lives),
            begin,
            end,
            dropped=self.dropped,
            strange=self.strange,
            forgotten=self.forgotten,
        )

    def _add(self, row: Row) -> None:
        self._rows.append(row)
        self._count += 1

    def _forget(self) -> None:
        _trim(self._names)
        _trim(self._deaths)
        _trim(self._statuses)
        _trim(self._lives)


def _trim(known: dict[Key, Value]) -> None:
    """Let go of the oldest beyond what is to be remembered."""
    for key in list(known)[: max(len(known) - NAMED, 0)]:
        del known[key]
