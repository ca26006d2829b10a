"""Places in a picture, in pixels: points, rectangles, the round numbers of an axis."""

from __future__ import annotations

import math
from dataclasses import dataclass

HALF_WIDTH = 616  # of a picture: in half a window it has 560 pixels, where letters of 12.5 are of 11 still


@dataclass(frozen=True, slots=True)
class Point:
    """A place in a picture, or in a box."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle; `radius` rounds its corners."""

    x: float
    y: float
    width: float
    height: float
    radius: float = 0


def ticks(end: float, *, whole: bool = False, most: int = 7) -> list[float]:
    """Return round numbers from 0 to `end` or a little more: at most one more than `most` steps."""
    end = max(end, 1.0 if whole else 1e-6)
    power = 10.0 ** math.floor(math.log10(end))
    steps = [size * power for size in (0.1, 0.2, 0.5, 1, 2, 5)]
    step = next(step for step in steps if end / step <= most and (not whole or step >= 1))
    return [number * step for number in range(math.ceil(end / step - 1e-9) + 1)]
