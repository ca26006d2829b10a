"""A request's way through a deployment, put together from what each server tells of it by itself.

A proxy tells at the end of a request which address had it; the server there, a proxy perhaps as well, tells
when it had one. They are one request if method and times agree. What is not known is left out, and nothing is
guessed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from labapp.observe.server_events import CONNECTION, RequestEnd, ServerEvent, cached, upstreams

CLOCK = 0.06  # seconds by which a proxy, whose clock is coarse, and a server may disagree
PATIENCE = 0.4  # seconds for which either waits for the other's word
KEPT = 800  # requests as servers told them, for which a proxy may still speak up
LONGEST = 28  # characters of a path


@dataclass(frozen=True, slots=True)
class Journey:
    """A request that has ended: `way` names each process that had it, the first a proxy's if one had it.

    Where only the address is known, that server's name alone stands at the end. Times are of the monotonic
    clock; `port` is the client's.
    """

    way: tuple[str, ...]
    began: float
    ended: float
    method: str
    target: str
    status: int | None
    port: int
    cache: str = ""

    @property
    def path(self) -> str:
        """The target without its query, and not too long."""
        path = self.target.partition("?")[0]
        return path if len(path) <= LONGEST else f"{path[: LONGEST - 1]}…"


@dataclass(slots=True, eq=False)
class _Told:
    """A request as one server told it. `known` once it has been handed on, without whoever passed it here."""

    server: str
    label: str
    end: RequestEnd
    came: float
    asked: str = ""
    """The server that had it next, as a proxy tells it."""
    onward: _Told | None = None
    """The same request, as that server told it."""
    taken: bool = False
    """Whether it is a part of another's way."""
    known: bool = False

    def is_whole(self, now: float) -> bool:
        """Whether all that had it onward have spoken, or were waited for long enough."""
        if now - self.came >= PATIENCE or not self.asked:
            return True
        return self.onward is not None and self.onward.is_whole(now)

    def chain(self) -> Iterator[_Told]:
        """Yield it as each server told it, from here on."""
        told: _Told | None = self
        while told is not None:
            yield told
            told = told.onward


class Journeys:
    """Puts journeys together.

    `server_at` tells whose address one is, `is_behind` whether anybody passes requests to a server.
    """

    def __init__(self, server_at: Callable[[str], str | None], is_behind: Callable[[str], bool]) -> None:
        self._server_at = server_at
        self._is_behind = is_behind
        self._told: deque[_Told] = deque(maxlen=KEPT)

    def on_events(
        self, server: str, worker: Callable[[int], str], events: Iterable[ServerEvent], now: float
    ) -> None:
        """Take what a server tells at `now`; `worker` returns the label of a pid, or nothing."""
        for event in events:
            if event.kind == "end":
                label = f"{server} {worker(event.pid)}".rstrip()
                asked = upstreams(event.unit) if event.unit.startswith(CONNECTION) else ()
                onward = (self._server_at(asked[-1]) if asked else None) or ""
                self._told.append(_Told(server, label, event, now, onward))

    def settle(self, now: float) -> list[Journey]:
        """Return the journeys that are known by `now` and were not before."""
        untaken: dict[str, list[_Told]] = {}
        for told in self._told:
            if not told.taken:
                untaken.setdefault(told.server, []).append(told)
        for told in self._told:
            if told.asked and told.onward is None and (match := _match(told, untaken.get(told.asked, []))):
                told.onward, match.taken = match, True
                untaken[told.asked].remove(match)
        found, gone = list[Journey](), set[int]()
        for told in self._free():
            behind = self._is_behind(told.server)
            if told.is_whole(now) and (not behind or now - told.came >= PATIENCE):
                told.known = True
                found.append(_journey(told))
                if not behind:
                    gone |= {id(one) for one in told.chain()}
        if gone:
            self._told = deque((told for told in self._told if id(told) not in gone), KEPT)
        return sorted(found, key=lambda journey: journey.ended)

    @property
    def unsettled(self) -> bool:
        """Whether somebody waits for another's word."""
        return bool(self._free())

    def _free(self) -> list[_Told]:
        return [told for told in self._told if not told.taken and not told.known]


def _match(outer: _Told, candidates: Iterable[_Told]) -> _Told | None:
    """Return the request that a proxy had a server answer, as that server told it."""
    first, last = outer.end.began - CLOCK, outer.end.at + CLOCK
    fitting = [
        told
        for told in candidates
        if told.end.method == outer.end.method
        and first <= told.end.began <= last
        and outer not in told.chain()  # Two proxies may pass requests to each other.
    ]
    exact = [told for told in fitting if told.end.target == outer.end.target]
    return min(exact or fitting, key=lambda told: told.end.began, default=None)


def _journey(told: _Told) -> Journey:
    *_, last = chain = list(told.chain())
    way = (*(one.label for one in chain), *([last.asked] if last.asked else []))
    cache = next(filter(None, (cached(one.end.unit) for one in chain)), "")
    end = told.end
    return Journey(way, end.began, end.at, end.method, end.target, end.status, end.port, cache)
