"""A load in steps, each at a higher rate than the one before, and the knee: how far the server keeps up."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from labapp.load.result import Load

KEPT = 0.95
"""The share of its rate that a server has to answer to keep up with it."""
MOST = 20
_MISSES = 2  # Steps in a row with which the server does not keep up: higher ones would only fill its queue.


@dataclass(frozen=True)
class Step:
    """One rate, and what came of it; `under_way` requests, where that is known, were served on average."""

    rate: float
    load: Load = field(repr=False)
    under_way: float | None = None

    @property
    def due(self) -> float:
        """How many requests per second there were to answer: at random, not quite the rate."""
        return _per_second([one.due for one in self.load.exchanges])

    @property
    def answered(self) -> float:
        """How many answers came per second, from the first one to the last."""
        return _per_second([one.ended for one in self.load.answered])

    @property
    def kept_up(self) -> bool:
        """Whether everything was answered, and about as fast as it came."""
        return not self.load.errors and (len(self.load.exchanges) < 2 or self.answered >= KEPT * self.due)

    @property
    def p99(self) -> float:
        """The latency that 99 % of the answers did not exceed, in s since they were due."""
        return self.load.percentile(99)


@dataclass(frozen=True)
class Steps:
    """The steps of a load, in the order of their rates."""

    steps: tuple[Step, ...]

    @property
    def what(self) -> str:
        """What was sent, and at which rates."""
        first, last = (f"{step.rate:g}" for step in (self.steps[0], self.steps[-1]))
        return self.steps[0].load.what.replace(f"{first} per second", f"{first} to {last} per second", 1)

    def with_under_way(self, count: Callable[[Load], float]) -> Steps:
        """Return the same, with how many requests of each step were being served."""
        return Steps(tuple(replace(step, under_way=count(step.load)) for step in self.steps))

    @property
    def knee(self) -> Step | None:
        """The last step before the first that was too much for the server; None if all were."""
        kept = [step.kept_up for step in self.steps]
        first = kept.index(False) if False in kept else len(kept)
        return self.steps[first - 1] if first else None

    @property
    def outcome(self) -> str:
        """How far the server kept up, in words."""
        if self.knee is None:
            return f"it did not keep up with {self.steps[0].rate:g} per second, the lowest rate"
        reached = f"it kept up with {self.knee.rate:g} per second"
        if self.knee is self.steps[-1]:
            return f"{reached}, the highest rate: the knee lies beyond"
        return f"{reached}, and not with {self.steps[self.steps.index(self.knee) + 1].rate:g}"

    def __str__(self) -> str:
        head = f"{'rate':>8}  {'answers/s':>9}  {'median':>9}  {'99 %':>9}  {'errors':>6}  {'under way':>9}"
        rows = [
            f"{step.rate:8g}  {step.answered:9.1f}  {_ms(step.load.median):>9}  {_ms(step.p99):>9}"
            f"  {step.load.errors.total():6,}  {'' if step.under_way is None else f'{step.under_way:.2f}':>9}"
            f"{'  ← knee' if step is self.knee else ''}"
            for step in self.steps
        ]
        return "\n".join([self.what, head, *rows, f"{self.outcome}."])

    def __repr__(self) -> str:
        return f"<Steps {self.what}; {self.outcome}>"


def climb(rates: Sequence[float], send: Callable[[float], Load]) -> Steps:
    """Send a load at each rate, and stop after two with which the server does not keep up.

    The first that falls short is sent once more: on a machine that does other things too it may be disturbed.
    `ValueError` unless the rates are some, and each is above the one before.
    """
    check(rates)
    steps: list[Step] = []
    for rate in rates:
        step = Step(rate, send(rate))
        if not step.kept_up and (not steps or steps[-1].kept_up):
            step = max(
                step, Step(rate, send(rate)), key=lambda one: (one.kept_up, one.answered / (one.due or 1))
            )
        steps.append(step)
        if len(steps) >= _MISSES and not any(one.kept_up for one in steps[-_MISSES:]):
            break
    return Steps(tuple(steps))


def check(rates: Sequence[float]) -> None:
    """Raise `ValueError` unless these are rates to climb."""
    numbers = all(isinstance(rate, int | float) and not isinstance(rate, bool) for rate in rates)
    if not (2 <= len(rates) <= MOST and numbers and all(a < b for a, b in pairwise(rates))):
        raise ValueError(
            f"rates={list(rates)!r}: from 2 to {MOST} numbers of requests per second, each above the one"
            " before, such as [50, 100, 150]."
        )


def _per_second(times: Sequence[float]) -> float:
    return (len(times) - 1) / (max(times) - min(times) or 1e-6) if len(times) > 1 else 0.0


def _ms(seconds: float) -> str:
    return "" if math.isnan(seconds) else f"≈ {seconds * 1000:.0f} ms"
