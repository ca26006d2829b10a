"""Latencies as counts in buckets: small however many there are, and two of them can be added.

The layout is that of HdrHistogram: the buckets grow with what they hold, so that the relative error is the
same everywhere. Its Python package is not used here: where it has no wheel, as on Linux on ARM, it would have
to be compiled, and it installs setuptools.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

_PARTS = 1024  # Buckets from a power of two to the next.
ERROR = 1 / _PARTS
"""By how much, at most, a percentile is above the value that was counted, relative to it."""


def nearest_rank(ranked: Sequence[float], percent: float) -> float:
    """Return the least value that `percent` % of these, in order, do not exceed; NaN if there is none."""
    check_percent(percent)
    return ranked[max(0, math.ceil(len(ranked) * percent / 100) - 1)] if ranked else math.nan


def check_percent(percent: float) -> None:
    """Raise `ValueError` unless it is from 0 to 100."""
    if not 0 <= percent <= 100:
        raise ValueError(f"percentile({percent!r}): from 0 to 100")


@dataclass(frozen=True)
class Histogram:
    """How many values, in s, lie in each bucket; `a + b` is the histogram of all of both."""

    counts: Counter[tuple[int, int]] = field(default_factory=Counter, repr=False)

    @classmethod
    def of(cls, values: Iterable[float]) -> Histogram:
        """Count values."""
        return cls(Counter(_bucket(value) for value in values))

    @property
    def total(self) -> int:
        """How many values were counted."""
        return self.counts.total()

    def percentile(self, percent: float) -> float:
        """Return the upper edge of the bucket in which the nearest rank lies; NaN if nothing was counted."""
        check_percent(percent)
        rank, seen = max(1, math.ceil(self.total * percent / 100)), 0
        for bucket in sorted(self.counts):
            seen += self.counts[bucket]
            if seen >= rank:
                return _edge(bucket)
        return math.nan

    def __add__(self, other: Histogram) -> Histogram:
        return Histogram(self.counts + other.counts)

    def __str__(self) -> str:
        shares = (50, 75, 90, 95, 99, 99.9, 100)
        rows = [f"{share:5g} %  ≈ {self.percentile(share):.3f} s" for share in shares]
        return "\n".join([f"{self.total:,} values", *rows])

    def __repr__(self) -> str:
        return f"<Histogram of {self.total:,} values>"


def _bucket(value: float) -> tuple[int, int]:
    mantissa, exponent = math.frexp(max(value, 1e-9))
    return exponent, int((mantissa - 0.5) * 2 * _PARTS)


def _edge(bucket: tuple[int, int]) -> float:
    exponent, part = bucket
    return math.ldexp(0.5 + (part + 1) / (2 * _PARTS), exponent)
