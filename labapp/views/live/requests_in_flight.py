"""The requests that a server's processes tell of: who is being served where, and how many have been."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labapp.observe.kernel.process import Process
    from labapp.observe.sampler.datagrams import Row
    from labapp.observe.timeline.events import Request

Key = tuple[float, int]  # when a request began, and its client's port

SEEN = 24  # requests that set out between two looks: more are counted, and not drawn one by one
LATE = 1.0  # seconds after which a request that set out is no longer drawn on its way
KNOWN = 2000  # pids, the dead among them; and requests under way in each
FAILED = 500  # the least status that tells of a failure
LONGEST = 40  # characters of a path


@dataclass(slots=True)
class Desk:
    """A worker's requests: those under way, by their beginning, and how many were answered."""

    open: dict[Key, str] = field(default_factory=dict)
    lanes: dict[str, Key] = field(default_factory=dict)
    served: int = 0


class Flight:
    """Follows requests from their begin to their end; `clock` is the wall clock. Bounded, whatever comes.

    Until a request is told of nothing is known: of many a server nobody ever tells.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.known = False
        self.served = self.failed = self.dropped = 0
        self._shift = clock() - time.monotonic()
        self._since = 0.0
        self._lost = 0
        self._desks: dict[int, Desk] = {}
        self._born: dict[int, tuple[int, float]] = {}
        self._living: frozenset[int] = frozenset()
        self._number = 0
        self._fresh: deque[tuple[int, int, float]] = deque(maxlen=SEEN)

    # What happens.

    def begin_with(self, requests: Iterable[Request], dropped: int) -> None:
        """Start from what a timeline knows already."""
        self._desks.clear()
        self.served = self.failed = self._lost = 0
        self.dropped = dropped
        # The first that a server was ever asked is whether it answers: that does not count.
        self._since = time.monotonic()
        for request in requests:
            self.known, self._since = True, 0.0
            desk = self._desk(request.pid)
            if request.end is not None:
                self._answered(desk, request.status)
            elif request.cut is not None:
                self._lost += 1
            else:
                desk.open[request.begin, request.port] = request.path

    def take(self, rows: Iterable[Row]) -> None:
        """Take in what the processes told, in the order in which each told it."""
        for row in rows:
            self.dropped += row[3]
            match row:
                case ["begin", at, pid, _, lane, _, port, _, target]:
                    self._begin(pid, (at, port), _lane(lane), target)
                case ["end", _, pid, _, _, _, port, _, _, began, status]:
                    self._end(pid, (began, port), status)
                case ["fork", _, pid, *_]:
                    self._leave(pid)

    def change(self, processes: Iterable[Process]) -> None:
        """Take in who lives now: a pid that has changed hands starts anew."""
        living = {process.pid: process.identity for process in processes if process.alive}
        for pid, identity in living.items():
            if self._born.get(pid, identity) != identity:
                self._leave(pid)
            self._born[pid] = identity
        self._living = frozenset(living)
        for pid in list(self._born)[: max(len(self._born) - KNOWN, 0)]:
            self._leave(pid)

    # What a view asks.

    @property
    def busy(self) -> bool:
        """Whether any request is under way."""
        return any(desk.open for pid, desk in self._desks.items() if not self._dead(pid))

    def state(self, labels: Mapping[int, str]) -> dict[str, Any]:
        """Return what is known of the processes with these labels; nothing where no request was told of.

        Of each: how many are under way, were served, were lost with it; of the oldest under way when it began
        and its path. `flights` are those that set out since the last look: a number, where to, and how many
        seconds after the first.
        """
        fresh = self._catch_up()
        if not self.known:
            return {}
        first = fresh[0][2] if fresh else 0.0
        lost = sum(len(desk.open) for pid, desk in self._desks.items() if self._dead(pid))
        return {
            "served": self.served,
            "failed": self.failed + self._lost + lost,
            "dropped": self.dropped,
            "workers": {label: self._row(pid) for pid, label in labels.items()},
            "number": self._number,
            "flights": [[n, labels[pid], round(at - first, 3)] for n, pid, at in fresh if pid in labels],
        }

    def _row(self, pid: int) -> list[Any]:
        desk = self._desks.get(pid)
        if desk is None:
            return [0, 0, 0, 0.0, ""]
        number = len(desk.open)
        if self._dead(pid):
            return [0, desk.served, number, 0.0, ""]
        oldest = min(desk.open, default=None)
        since, path = (round(oldest[0] + self._shift, 3), desk.open[oldest]) if oldest else (0.0, "")
        return [number, desk.served, 0, since, path]

    def _dead(self, pid: int) -> bool:
        """Whether a process has ended: one that was never seen is about to be."""
        return pid in self._born and pid not in self._living

    def _catch_up(self) -> list[tuple[int, int, float]]:
        """Return those that set out since the last look, unless that was long ago."""
        now = time.monotonic()
        fresh = sorted((flight for flight in self._fresh if now - flight[2] < LATE), key=lambda one: one[2])
        self._fresh.clear()
        return fresh

    # Its own housekeeping.

    def _begin(self, pid: int, key: Key, lane: str | None, target: str) -> None:
        if key[0] < self._since:
            return
        self.known = True
        desk = self._desk(pid)
        if lane is not None:
            # Whoever does one thing at a time has ended what it did before, and the word of that was lost.
            desk.open.pop(desk.lanes.get(lane, key), None)
            desk.lanes[lane] = key
        elif len(desk.open) >= KNOWN:
            del desk.open[next(iter(desk.open))]
        desk.open[key] = target.partition("?")[0][:LONGEST]
        self._number += 1
        self._fresh.append((self._number, pid, key[0]))

    def _end(self, pid: int, key: Key, status: int | None) -> None:
        if key[0] >= self._since:
            desk = self._desk(pid)
            desk.open.pop(key, None)
            self._answered(desk, status)

    def _answered(self, desk: Desk, status: int | None) -> None:
        desk.served += 1
        self.served += 1
        self.failed += status is not None and status >= FAILED

    def _desk(self, pid: int) -> Desk:
        if pid not in self._desks and len(self._desks) >= KNOWN:
            self._leave(next(iter(self._desks)))
        return self._desks.setdefault(pid, Desk())

    def _leave(self, pid: int) -> None:
        """Let go of a process whose pid is another's now."""
        self._born.pop(pid, None)
        if desk := self._desks.pop(pid, None):
            self._lost += len(desk.open)


def _lane(lane: str) -> str | None:
    """Return what serves one request at a time: the worker, a thread; None for greenlets and tasks."""
    return lane if lane[:1] in ("", "t") else None
