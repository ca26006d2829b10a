"""The requests of a server's processes: who is being served where, and how many have been."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from labapp.observe.server_events import Fork, RequestBegin, RequestEnd, ServerEvent, cached
from labapp.observe.timeline import RequestsUnderWay

if TYPE_CHECKING:
    from labapp.observe.timeline import ProcessRecord, Request
    from labapp.views.live.clients import Client

SEEN = 24  # requests that set out between two looks: more are counted, and not drawn one by one
LATE = 1.0  # seconds after which a request that set out is no longer drawn on its way
KNOWN = 2000  # pids, the dead among them; and requests under way in each
FAILED = 500  # the least status that tells of a failure
LONGEST = 40  # characters of a path


class Begun(NamedTuple):
    """A request that set out: the how-many-eth it is, to whom, and when on the monotonic clock.

    Of one that is known only now that it has ended, that is the time of its end.
    """

    number: int
    pid: int
    at: float


class RequestsInFlight:
    """Follows requests from their begin to their end; `clock` is the wall clock. Bounded, whatever comes.

    Until a first request nothing is known: many a server sends no events.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.known = False
        self.served = self.failed = self.dropped = 0
        self._shift = clock() - time.monotonic()
        self._since = 0.0
        self._lost = 0
        self._cached: Counter[str] = Counter()
        self._under_way = RequestsUnderWay(most=KNOWN)
        self._served: dict[int, int] = {}
        self._opened = time.monotonic()
        self._earlier: Counter[int] = Counter()  # Of those served, by pid, they that were before that.
        self._dead: dict[int, None] = {}  # A set in the order of the deaths.
        self._number = 0
        self._fresh: deque[Begun] = deque(maxlen=SEEN)

    # What happens.

    def begin_with(self, requests: Iterable[Request], dropped: int, since: float) -> None:
        """Start from what a timeline knows already: it counts those that began at `since` or later.

        So does this, whoever is told of later: under load, what a server tells of a request is long on its
        way. Those before are the lab's own, asking whether the server answers.
        """
        self._under_way.clear()
        self._served.clear()
        self._earlier.clear()
        self._cached.clear()
        self.served = self.failed = self._lost = 0
        self.dropped = dropped
        self._since = since
        for request in requests:
            self.known = True
            self._meet(request.pid)
            if request.end is not None:
                self._on_answer(request.pid, request.status, request.cache)
                self._earlier[request.pid] += request.end < self._opened
            elif request.cut is not None:
                self._lost += 1
            else:
                self._under_way.on_begin(request.as_begin())

    def on_events(self, events: Iterable[ServerEvent]) -> None:
        """Count what the processes sent, in the order in which each sent it."""
        for event in events:
            self.dropped += event.lost
            match event:
                case RequestBegin():
                    self._on_begin(event)
                case RequestEnd():
                    self._on_end(event)
                case Fork():
                    self._forget(event.pid)

    def on_lives(self, births: Iterable[ProcessRecord], deaths: Iterable[ProcessRecord]) -> None:
        """Note who was born and who has died: a pid that has changed hands starts anew."""
        self._dead.update((record.process.pid, None) for record in deaths)
        for record in births:
            if record.process.pid in self._dead:
                self._forget(record.process.pid)
        for pid in list(self._dead)[: max(len(self._dead) - KNOWN, 0)]:
            self._forget(pid)

    # What a view asks.

    @property
    def under_way(self) -> list[RequestBegin]:
        """The requests of the living that are under way."""
        return [begin for begin in self._under_way if begin.pid not in self._dead]

    @property
    def busy(self) -> bool:
        """Whether any request is under way."""
        return bool(self.under_way)

    def state(
        self, labels: Mapping[int, str], clients: Mapping[int, Sequence[Client]] | None = None
    ) -> dict[str, Any]:
        """Return what is known of the processes with these labels; nothing where no request was ever sent.

        Of each: how many are under way, were served (`earlier`: of these, before anybody looked), were lost
        with it; of the oldest under way when it began (`since`) and its path. `flights` are those that set
        out since the last look: a number, where to, and how many seconds after the first. With `clients`,
        who is connected to each tells how many are under way. `cache` counts what a proxy's cache had.
        """
        fresh = self._catch_up()
        if not self.known and not any((clients or {}).values()):
            return {}
        first = fresh[0].at if fresh else 0.0
        lost = sum(begin.pid in self._dead for begin in self._under_way)
        return {
            "served": self.served,
            "failed": self.failed + self._lost + lost,
            "dropped": self.dropped,
            **({"cache": dict(self._cached)} if self._cached else {}),
            "workers": {
                label: self._worker(pid) | _connected((clients or {}).get(pid))
                for pid, label in labels.items()
            },
            "number": self._number,
            "flights": [
                {"number": begun.number, "worker": labels[begun.pid], "delay": round(begun.at - first, 3)}
                for begun in fresh
                if begun.pid in labels
            ],
        }

    def _worker(self, pid: int) -> dict[str, Any]:
        """Return what the browser is told of one worker."""
        begins = self._under_way.of(pid)
        dead = pid in self._dead
        oldest = min(begins.values(), key=lambda begin: begin.at, default=None) if not dead else None
        return {
            "flying": 0 if dead else len(begins),
            "served": self._served.get(pid, 0),
            "earlier": self._earlier[pid],
            "lost": len(begins) if dead else 0,
            "since": round(oldest.at + self._shift, 3) if oldest else 0.0,
            "path": oldest.target.partition("?")[0][:LONGEST] if oldest else "",
        }

    def _catch_up(self) -> list[Begun]:
        """Return those that set out since the last look, unless that was long ago."""
        now = time.monotonic()
        fresh = sorted((begun for begun in self._fresh if now - begun.at < LATE), key=lambda begun: begun.at)
        self._fresh.clear()
        return fresh

    # Its own housekeeping.

    def _on_begin(self, begin: RequestBegin) -> None:
        if begin.at < self._since:
            return
        self._meet(begin.pid)
        self._under_way.on_begin(begin)
        self._set_out(begin.pid, begin.at)

    def _on_end(self, end: RequestEnd) -> None:
        if end.began >= self._since:
            self._meet(end.pid)
            self._on_answer(end.pid, end.status, cached(end.unit))
            if not self._under_way.on_end(end):
                self._set_out(end.pid, end.at)

    def _on_answer(self, pid: int, status: int | None, cache: str = "") -> None:
        self._served[pid] += 1
        self.served += 1
        self.failed += status is not None and status >= FAILED
        self._cached.update([cache] if cache else [])

    def _set_out(self, pid: int, at: float) -> None:
        self.known = True
        self._number += 1
        self._fresh.append(Begun(self._number, pid, at))

    def _meet(self, pid: int) -> None:
        """Count for a process, too; of too many, the first is let go."""
        if pid not in self._served:
            if len(self._served) >= KNOWN:
                self._forget(next(iter(self._served)))
            self._served[pid] = 0

    def _forget(self, pid: int) -> None:
        """Let go of a process whose pid is another's now."""
        self._dead.pop(pid, None)
        self._served.pop(pid, None)
        self._earlier.pop(pid, None)
        self._lost += len(self._under_way.of(pid))
        self._under_way.forget(pid)


def _connected(clients: Sequence[Client] | None) -> dict[str, Any]:
    """Return what the connections of a process tell: how many there are, and how many wait for an answer."""
    if clients is None:
        return {}
    waits = [client.since for client in clients if client.since]
    return {"connections": len(clients), "flying": len(waits), "since": min(waits, default=0.0)}
