"""Which requests are under way: begins that have no end yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from labapp.observe.server_events import RequestBegin, RequestEnd, serves_one


class RequestsUnderWay:
    """Pairs begins with ends, given in the order in which each process told them.

    `most` bounds how many are remembered of each process; of more, the first are let go.
    """

    def __init__(self, most: int | None = None) -> None:
        self._most = most
        self._open: dict[int, dict[int, RequestBegin]] = {}
        self._units: dict[tuple[int, str], int] = {}

    def on_begin(self, begin: RequestBegin) -> None:
        """Note that a request is under way."""
        requests = self._open.setdefault(begin.pid, {})
        if serves_one(begin.unit):
            # What this unit served before has ended, and its end was lost.
            before = requests.get(self._units.get((begin.pid, begin.unit), begin.number))
            if before is not None and before.unit == begin.unit:
                del requests[before.number]
            self._units[begin.pid, begin.unit] = begin.number
        elif self._most is not None and len(requests) >= self._most:
            del requests[next(iter(requests))]
        # One of the same number that is open still has ended, too.
        requests[begin.number] = begin

    def on_end(self, end: RequestEnd) -> bool:
        """Note that a request is over; return whether its begin was known."""
        return self._open.get(end.pid, {}).pop(end.number, None) is not None

    def of(self, pid: int) -> Mapping[int, RequestBegin]:
        """Return the requests that a process serves, by their numbers."""
        return self._open.get(pid, {})

    def __iter__(self) -> Iterator[RequestBegin]:
        return (begin for requests in self._open.values() for begin in requests.values())

    def forget(self, pid: int) -> None:
        """Let go of a process."""
        self._open.pop(pid, None)
        for key in [key for key in self._units if key[0] == pid]:
            del self._units[key]

    def clear(self) -> None:
        """Let go of all."""
        self._open.clear()
        self._units.clear()
