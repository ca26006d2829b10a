"""Counts as bars over a round scale, with the words that say the same."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from labapp.views.svg import text, ticks
from labapp.views.theme import LIGHT

_BINS = 40
_LEFT, _RIGHT, _TOP, _FOOT = 64, 24, 34, 34


@dataclass(frozen=True, slots=True)
class Plot:
    """Bars between `edges`: as high as `counts`, and on top of them, striped, `others`; `names` of both."""

    heading: str
    edges: Sequence[float]
    counts: Sequence[int]
    others: Sequence[int]
    names: tuple[str, str]

    @property
    def totals(self) -> list[int]:
        """The height of each bar."""
        return [*map(sum, zip(self.counts, self.others or [0] * len(self.counts), strict=True))]

    @property
    def most(self) -> int:
        """The height of the highest bar."""
        return max(self.totals)

    @property
    def summary(self) -> str:
        """Say where most of it is."""
        peak = self.totals.index(self.most)
        between = f"{self.edges[peak]:.3g} and {self.edges[peak + 1]:.3g}"
        return f"{self.heading}: most, {self.most:,}, between {between}"

    def draw(self, width: float, height: float) -> Iterator[str]:
        """Draw it from its upper left corner."""
        bottom, room = height - _FOOT, height - _FOOT - _TOP
        across = (width - _LEFT - _RIGHT) / self.edges[-1]
        upright = ticks(self.most, whole=True, most=4)
        up = room / upright[-1]
        yield text(16, 20, self.heading, 14, LIGHT["ink"], bold=True)
        if self.others:
            yield _box(width - 228, 9, 12, 12, LIGHT["master"])
            yield text(width - 211, 20, self.names[0], 13, LIGHT["soft"])
            yield from _striped(width - 142, 9, 12, 12)
            yield text(width - 125, 20, f"{self.names[1]} (striped)", 13, LIGHT["soft"])
        for tick in upright:
            y = bottom - tick * up
            yield f'<path d="M{_LEFT} {y:.1f} H{width - _RIGHT}" stroke="{LIGHT["track"]}"/>'
            yield text(_LEFT - 8, y + 4, f"{tick:,.0f}", 12.5, LIGHT["soft"], anchor="end")
        for tick in ticks(self.edges[-1]):
            yield text(_LEFT + tick * across, bottom + 18, f"{tick:g}", 12.5, LIGHT["soft"], anchor="middle")
        for number, count in enumerate(self.counts):
            x, right = (_LEFT + edge * across for edge in self.edges[number : number + 2])
            wide, high = max(right - x - 1, 0.5), count * up
            if count:
                yield _box(x, bottom - high, wide, high, LIGHT["master"])
            if self.others and self.others[number]:
                more = self.others[number] * up
                yield from _striped(x, bottom - high - more, wide, more)


def bins(kinds: Sequence[Sequence[float]]) -> tuple[list[float], list[list[int]]]:
    """Return the edges of equal bins from 0 to a round number, and how many of each kind lie in each."""
    end = ticks(max((value for values in kinds for value in values), default=0.0))[-1]
    edges = [end * number / _BINS for number in range(_BINS + 1)]
    counts = [[0] * _BINS for _ in kinds]
    for row, values in zip(counts, kinds, strict=True):
        for value in values:
            row[min(_BINS - 1, int(value / end * _BINS))] += 1
    return edges, counts


def _box(x: float, y: float, width: float, height: float, fill: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"/>'


def _striped(x: float, y: float, width: float, height: float) -> Iterator[str]:
    """Draw a box of another kind: an outline with stripes, told apart without its colour."""
    yield (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f'fill="{LIGHT["paper"]}" stroke="{LIGHT["dead"]}" stroke-width="1"/>'
    )
    stripes = "".join(f"M{x:.1f} {y + down:.1f} h{width:.1f}" for down in range(3, math.ceil(height), 4))
    if stripes:
        yield f'<path d="{stripes}" stroke="{LIGHT["dead"]}" stroke-width="1.2"/>'
