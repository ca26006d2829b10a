"""A request's way through a deployment, put together from what each server tells of it by itself.

A proxy tells at the end of a request which address had it; the server there tells when it had one. They are
one request if method and times agree. What is not known is left out, and nothing is guessed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from labapp.observe.server_events import CONNECTION, RequestBegin, RequestEnd, ServerEvent, cached, upstreams

CLOCK = 0.06  # seconds by which a proxy, whose clock is coarse, and a server may disagree
PATIENCE = 0.4  # seconds for which either waits for the other's word
KEPT = 400  # requests of the servers behind, for which a proxy may still speak up
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


@dataclass(slots=True)
class _Behind:
    """A request as the server behind told it, and no proxy yet; `known` once it has been handed on, alone."""

    server: str
    worker: str
    end: RequestEnd
    came: float
    known: bool = False


class Journeys:
    """Puts journeys together; `server_at` tells whose address one is."""

    def __init__(self, server_at: Callable[[str], str | None]) -> None:
        self._server_at = server_at
        self._behind: deque[_Behind] = deque(maxlen=KEPT)
        self._waiting: deque[tuple[str, RequestEnd, float]] = deque(maxlen=KEPT)

    def on_events(
        self, server: str, worker: Callable[[int], str], events: Iterable[ServerEvent], now: float
    ) -> None:
        """Take what a server tells at `now`; `worker` returns the label of a pid, or nothing."""
        for event in events:
            if event.kind != "end":
                continue
            label = f"{server} {worker(event.pid)}".rstrip()
            if event.unit.startswith(CONNECTION):
                self._waiting.append((label, event, now))
            else:
                self._behind.append(_Behind(server, label, event, now))

    def settle(self, now: float) -> list[Journey]:
        """Return the journeys that are known by `now` and were not before."""
        found, waiting = list[Journey](), list(self._waiting)
        self._waiting.clear()
        for label, end, came in waiting:
            asked = upstreams(end.unit)
            server = self._server_at(asked[-1]) if asked else None
            match = self._match(server, end) if server else None
            if server and match is None and now - came < PATIENCE:
                self._waiting.append((label, end, came))
                continue
            if match is not None:
                self._behind.remove(match)
            last = (match.worker,) if match else (server,) if server else ()
            found.append(_journey((label, *last), end))
        for behind in self._behind:
            if not behind.known and now - behind.came >= PATIENCE:
                behind.known = True
                found.append(_journey((behind.worker,), behind.end))
        return sorted(found, key=lambda journey: journey.ended)

    @property
    def unsettled(self) -> bool:
        """Whether somebody waits for the other's word."""
        return bool(self._waiting) or any(not behind.known for behind in self._behind)

    def _match(self, server: str, outer: RequestEnd) -> _Behind | None:
        """Return the request that a proxy had a server answer, as that server told it."""
        candidates = [
            behind
            for behind in self._behind
            if behind.server == server
            and behind.end.method == outer.method
            and outer.began - CLOCK <= behind.end.began
            and behind.end.began <= outer.at + CLOCK
        ]
        exact = [behind for behind in candidates if behind.end.target == outer.target]
        return min(exact or candidates, key=lambda behind: behind.end.began, default=None)


def _journey(way: tuple[str, ...], end: RequestEnd) -> Journey:
    return Journey(way, end.began, end.at, end.method, end.target, end.status, end.port, cached(end.unit))


def under_way(begins: Iterable[RequestBegin]) -> dict[int, RequestBegin]:
    """Return the requests that a server has now, by the port of whoever sent them."""
    return {begin.port: begin for begin in begins if begin.port}
