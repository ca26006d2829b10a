"""Everything that happens to one server, from its launch on, in one order of time.

It is told by the feed, whose side process takes in what the operating system announces and what the server's
processes send: a kernel that burns the processor would leave a socket of its own unread, and lose events.
Here one thread of the feed adds them, a batch at a time; whoever asks gets an immutable `Stretch`.
"""

from __future__ import annotations

import re
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator
from threading import Condition, RLock
from typing import TYPE_CHECKING

from labapp.observe.datagrams import Row
from labapp.observe.happenings import Event, Request, event, requests
from labapp.observe.news import Exited, FeedEnded, LogLines, News, Told, TreeChanged
from labapp.observe.process import Process, clock
from labapp.observe.stretch import Stretch

if TYPE_CHECKING:
    import pandas

    from labapp.observe.feed import Feed
    from labapp.observe.roles import Roles

REMEMBERED = 100_000  # events
NAMED = 10_000  # pids, and times at which a client sent something
# The kernel tells the start of a process in hundredths of a second.
TICK = 0.01
# How a master tells the death of a worker, for systems that do not tell it to us.
DEATH = re.compile(r"Worker \(pid:(\d+)\) (?:was sent (SIG[A-Z0-9]+)|exited with code (\d+))")


class Timeline:
    """The events of the operating system, of the server's own hooks, and the signals that the lab sent.

    It grows while the server lives, and stays as it was when the server has ended. The last 100,000 events
    are kept; `forgotten` says how many were let go. Any thread may ask.

    Requests count that begin after it was made: those before are the lab's own, asking whether the server
    answers.
    """

    def __init__(self, roles: Roles) -> None:
        self._roles = roles
        self._rows: deque[Row] = deque(maxlen=REMEMBERED)
        self._names: dict[int, str] = {}
        self._living: dict[tuple[int, float], Process] = {}
        self._deaths: dict[int, float] = {}
        self._statuses: dict[int, int] = {}
        # Signals to whom nobody has seen yet: to another server's processes, or to a newborn.
        self._unknown: deque[tuple[tuple[int, float], Row]] = deque(maxlen=100)
        self._sent: deque[tuple[int, float]] = deque(maxlen=NAMED)
        self._since = time.monotonic()
        self._count = self._done = self._dropped = self._strange = 0
        self._leave: Callable[[], None] | None = None
        self._over = False
        self._state = Condition(RLock())
        self._version = 0
        self._last: tuple[int, Stretch] = (-1, Stretch())

    # What it is told.

    def follow(self, feed: Feed) -> None:
        """Hear of everything from now on, unless it does already."""
        with self._state:
            if self._leave is None or self._over:
                self._over = False
                self._leave = feed.subscribe(self.learn)

    def finish(self, timeout: float) -> None:
        """Wait until the feed has told the last there is to tell, at most so many seconds."""
        with self._state:
            self._state.wait_for(lambda: self._leave is None or self._over, timeout)

    def learn(self, news: News) -> None:
        """Take in what the feed tells."""
        with self._state:
            match news:
                case Told():
                    self._hear(news)
                case TreeChanged():
                    self._see(news)
                case Exited(pid, int(status)):
                    self._statuses[pid] = status
                case LogLines():
                    self._read(news.lines)
                case FeedEnded():
                    self._over = True
            self._changed()

    def signalled(self, pid: int, started: float, number: signal.Signals, at: float) -> None:
        """Take in that the lab sent a signal, if it was to one of this server's processes."""
        row = ["signal", at, pid, 0, number.name.removeprefix("SIG")]
        with self._state:
            if (pid, started) in self._living:
                self._add(row)
                self._changed()
            else:
                self._unknown.append(((pid, started), row))

    def sent(self, port: int, at: float) -> None:
        """Take in that a client sent a request at `at`, from this port: then `waited` can be told."""
        with self._state:
            self._sent.append((port, at))
            self._changed()

    def _hear(self, told: Told) -> None:
        self._strange += told.strange
        self._dropped += sum(row[3] for row in told.rows)
        since = self._since
        rows = [row for row in told.rows if row[-2 if row[0] == "end" else 1] >= since or len(row) < 9]
        self._done += sum(row[0] == "end" for row in rows)
        self._rows.extend(rows)
        self._count += len(rows)

    def _see(self, seen: TreeChanged) -> None:
        """Take in who lives now, and so who was born and who has died."""
        tree = self._roles.name(seen.processes)
        self._names.update({process.pid: process.label for process in tree})
        living = {process.identity: process for process in tree if process.alive}
        shift = clock() - time.monotonic()
        for identity, process in living.items():
            if identity not in self._living:
                self._deaths.pop(process.pid, None)
                self._add(["started", min(seen.at, process.started - shift + TICK), process.pid, 0])
        for pid, started in self._living:
            if (pid, started) not in living:
                self._deaths[pid] = seen.at
                self._add(["ended", seen.at, pid, 0])
        for identity, row in list(self._unknown):
            if identity in living:
                self._unknown.remove((identity, row))
                self._add(row)
        self._living = living
        for known in (self._names, self._deaths, self._statuses):
            for pid in list(known)[: max(len(known) - NAMED, 0)]:
                del known[pid]

    def _read(self, lines: list[str]) -> None:
        for line in lines:
            if found := DEATH.search(line):
                pid, name, code = found.groups()
                status = int(code) if code else -int(getattr(signal, name, 0))
                self._statuses.setdefault(int(pid), status)

    def _add(self, row: Row) -> None:
        self._rows.append(row)
        self._count += 1

    def _changed(self) -> None:
        self._version += 1
        self._state.notify_all()

    # What it is asked.

    def now(self) -> Stretch:
        """Return all that is known now, as a value that does not change any more."""
        with self._state:
            version, known = self._last
            if version != self._version:
                known = self._stretch()
                self._last = self._version, known
            return known

    def wait_for(
        self,
        condition: Callable[[Stretch], object] | None = None,
        *,
        requests: int | None = None,
        timeout: float = 5.0,
    ) -> Stretch:
        """Wait until so many requests have been answered, or a condition holds; return what is known then.

        What happens in the server takes a moment to be known here. `TimeoutError`, after `timeout` seconds,
        says what was known instead.
        """
        if (condition is None) == (requests is None):
            raise TypeError("Wait for requests=10, or for a condition on the timeline: one of the two.")

        def holds() -> bool:
            return bool(condition(self.now())) if condition else self._done >= (requests or 0)

        with self._state:
            if not self._state.wait_for(holds, timeout):
                what = "the condition did not hold" if condition else f"{self._done} of {requests} answered"
                raise TimeoutError(f"After {timeout:g} s {what}: {self.now().summary}.")
            return self.now()

    def requests(self) -> list[Request]:
        """Return the requests in the order in which they began; those under way have no end yet."""
        return self.now().requests()

    def by_worker(self) -> dict[str, list[Request]]:
        """Return the requests of each worker that served any, by its label: `W1`, `W2`."""
        return self.now().by_worker()

    def between(self, first: float, last: float) -> Stretch:
        """Return what happened from `first` until `last`, by `time.monotonic()`, and who was served then."""
        return self.now().between(first, last)

    def to_frame(self) -> pandas.DataFrame:
        """Return the requests as a pandas frame; begin and end in seconds since the first event."""
        return self.now().to_frame()

    @property
    def events(self) -> tuple[Event, ...]:
        """All events, in order of time."""
        return self.now().events

    @property
    def dropped(self) -> int:
        """How many events the server's processes could not send: the lab was too slow to take them."""
        return self._dropped

    @property
    def strange(self) -> int:
        """How many datagrams came that told no event."""
        return self._strange

    @property
    def forgotten(self) -> int:
        """How many events were let go to make room for later ones."""
        return self._count - len(self._rows)

    def _stretch(self) -> Stretch:
        spoke = {row[2]: row[1] for row in self._rows if row[0] == "fork"}
        # A process that speaks has started: that is told more finely than the kernel tells its start.
        rows = [
            [row[0], min(row[1], spoke.get(row[2], row[1])), *row[2:]] if row[0] == "started" else row
            for row in self._rows
        ]
        rows.sort(key=lambda row: (row[1], row[0] != "started"))
        sent: dict[int, list[float]] = {}
        for port, at in self._sent:
            sent.setdefault(port, []).append(at)
        served = [row for row in rows if row[0] in ("begin", "end")]
        events = tuple(event(row, self._names, self._statuses) for row in rows)
        return Stretch(
            events,
            tuple(requests(served, self._names, self._deaths, sent)),
            begin=events[0].at if events else 0.0,
            end=events[-1].at if events else 0.0,
            dropped=self._dropped,
            strange=self._strange,
            forgotten=self.forgotten,
        )

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def __repr__(self) -> str:
        return repr(self.now())
