"""One server under a load: each request as the client and as the server told it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from labapp.load import Exchange, Load
    from labapp.observe.timeline import Request


class Span(NamedTuple):
    """A request, in s since its load began: sent, in a worker from `begun` on if that is known, ended."""

    sent: float
    begun: float | None
    ended: float
    failed: bool


@dataclass(frozen=True)
class Contestant:
    """One server under the load: what the clients saw, and what the server told of it, if it tells."""

    name: str
    typed: str
    load: Load
    served: tuple[Request, ...] = field(default=(), repr=False)

    @cached_property
    def spans(self) -> list[Span]:
        """Its requests in the order of sending."""
        by_port: dict[int, list[Request]] = {}
        for request in self.served:
            by_port.setdefault(request.port, []).append(request)
        return [self._span(one, by_port.get(one.port, [])) for one in self.load.exchanges]

    def _span(self, one: Exchange, told: list[Request]) -> Span:
        began = (request.begin - self.load.began for request in told)
        within = [begun for begun in began if one.sent - 0.01 <= begun <= one.ended + 0.01]
        begun = min(max(within[0], one.sent), one.ended) if within else None
        return Span(one.sent, begun, one.ended, bool(one.error) or one.status >= 500)

    @property
    def figures(self) -> list[str]:
        """The figures of a row of the table; those that a clock measured are marked with ≈."""
        load = self.load
        times = [f"in all ≈ {_spell(load.seconds)}"]
        if load.answered:
            longest = load.percentile(100)
            times += [f"median ≈ {_spell(load.median)}", f"longest ≈ {_spell(longest)}"]
        answered = f"{len(load.answered):,} of {len(load.exchanges):,} answered"
        refused = [f"{count:,} with a {status}" for status, count in load.statuses.items() if status >= 400]
        return [*times, answered, *refused]


def _spell(seconds: float) -> str:
    """Write all durations in seconds, so that they can be compared; short ones with two figures, too."""
    return f"{seconds:.2f} s" if seconds >= 0.095 else f"{seconds:.2g} s"
