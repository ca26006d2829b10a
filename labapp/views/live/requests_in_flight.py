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
class WorkerRequests:
    """The requests of one worker: those under way, by their beginning, and how many were answered."""

    open: dict[Key, str] = field(default_factory=dict)
    lanes: dict[str, Key] = field(default_factory=dict)
    served: int = 0


class RequestsInFlight:
    """Follows requests from their begin to their end; `clock` is the wall clock. Bounded, whatever comes.

    Until a request is told of nothing is known: of many a server nobody ever tells.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.known = False
        self.served = self.failed = self.dropped = 0
        self._shift = clock() - time.monotonic()
        self._since = 0.0
        self._lost = 0
        self._workers: dict[int, WorkerRequests] = {}
        self._born: dict[int, tuple[int, float]] = {}
        self._living: frozenset[int] = frozenset()
        self._number = 0
        self._fresh: deque[tuple[int, int, float]] = deque(maxlen=SEEN)

    # What happens.

    def begin_with(self, requests: Iterable[Request], dropped: int) -> None:
        """Start from what a timeline knows already."""
        self._workers.clear()
        self.served = self.failed = self._lost = 0
        self.dropped = dropped
        # The first that a server was ever asked is whether it answers: that does not count.
        self._since = time.monotonic()
        for request in requests:
            self.known, self._since = True, 0.0
            worker = self._worker(request.pid)
            if request.end is not None:
                self._on_answer(worker, request.status)
            elif request.cut is not None:
                self._lost += 1
            else:
                worker.open[request.begin, request.port] = request.path

    def on_rows(self, rows: Iterable[Row]) -> None:
        """Take in what the processes told, in the order in which each told it."""
        for row in rows:
            self.dropped += row[3]
            match row:
                case ["begin", at, pid, _, lane, _, port, _, target]:
                    self._on_begin(pid, (at, port), _lane(lane), target)
                case ["end", _, pid, _, _, _, port, _, _, began, status]:
                    self._on_end(pid, (began, port), status)
                case ["fork", _, pid, *_]:
                    self._forget(pid)

    def on_processes(self, processes: Iterable[Process]) -> None:
        """Take in who lives now: a pid that has changed hands starts anew."""
        living = {process.pid: process.identity for process in processes if process.alive}
        for pid, identity in living.items():
            if self._born.get(pid, identity) != identity:
                self._forget(pid)
            self._born[pid] = identity
        self._living = frozenset(living)
        for pid in list(self._born)[: max(len(self._born) - KNOWN, 0)]:
            self._forget(pid)

    # What a view asks.

    @property
    def busy(self) -> bool:
        """Whether any request is under way."""
        return any(worker.open for pid, worker in self._workers.items() if not self._dead(pid))

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
        lost = sum(len(worker.open) for pid, worker in self._workers.items() if self._dead(pid))
        return {
            "served": self.served,
            "failed": self.failed + self._lost + lost,
            "dropped": self.dropped,
            "workers": {label: self._row(pid) for pid, label in labels.items()},
            "number": self._number,
            "flights": [[n, labels[pid], round(at - first, 3)] for n, pid, at in fresh if pid in labels],
        }

    def _row(self, pid: int) -> list[Any]:
        worker = self._workers.get(pid)
        if worker is None:
            return [0, 0, 0, 0.0, ""]
        number = len(worker.open)
        if self._dead(pid):
            return [0, worker.served, number, 0.0, ""]
        oldest = min(worker.open, default=None)
        since, path = (round(oldest[0] + self._shift, 3), worker.open[oldest]) if oldest else (0.0, "")
        return [number, worker.served, 0, since, path]

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

    def _on_begin(self, pid: int, key: Key, lane: str | None, target: str) -> None:
        if key[0] < self._since:
            return
        self.known = True
        worker = self._worker(pid)
        if lane is not None:
            # Whoever does one thing at a time has ended what it did before, and the word of that was lost.
            worker.open.pop(worker.lanes.get(lane, key), None)
            worker.lanes[lane] = key
        elif len(worker.open) >= KNOWN:
            del worker.open[next(iter(worker.open))]
        worker.open[key] = target.partition("?")[0][:LONGEST]
        self._number += 1
        self._fresh.append((self._number, pid, key[0]))

    def _on_end(self, pid: int, key: Key, status: int | None) -> None:
        if key[0] >= self._since:
            worker = self._worker(pid)
            worker.open.pop(key, None)
            self._on_answer(worker, status)

    def _on_answer(self, worker: WorkerRequests, status: int | None) -> None:
        worker.served += 1
        self.served += 1
        self.failed += status is not None and status >= FAILED

    def _worker(self, pid: int) -> WorkerRequests:
        if pid not in self._workers and len(self._workers) >= KNOWN:
            self._forget(next(iter(self._workers)))
        return self._workers.setdefault(pid, WorkerRequests())

    def _forget(self, pid: int) -> None:
        """Let go of a process whose pid is another's now."""
        self._born.pop(pid, None)
        if worker := self._workers.pop(pid, None):
            self._lost += len(worker.open)


def _lane(lane: str) -> str | None:
    """Return what serves one request at a time: the worker, a thread; None for greenlets and tasks."""
    return lane if lane[:1] in ("", "t") else None
