"""What the bars and signs of a timeline mean: those that are in the picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from labapp.views.svg import Area, text
from labapp.views.timeline.lanes import Placed
from labapp.views.timeline.marks import KINDS, SIGNS, Colours, draw_bar, draw_sign, width_of

SIZE = 13.0
LEFT = 14
_BAR = 26  # the width of a bar that stands for its kind
_GAP = 14

Item = tuple[str, str, float]
"""A kind of bar or a sign, what it means, where it stands."""


def legend(placed: Sequence[Placed], width: float) -> list[list[Item]]:
    """Return the lines of the legend, each no wider than `width`."""
    kinds = {bar.kind for lane in placed for bars in lane.lane.rows.values() for bar in bars}
    signs = {note.mark for lane in placed for note in lane.lane.notes}
    lines: list[list[Item]] = []
    x = width
    for what, words in (*KINDS.items(), *SIGNS.items()):
        if what not in kinds | signs:
            continue
        wide = _sample(what) + width_of(words, SIZE) + _GAP
        if x + wide > width:
            lines.append([])
            x = LEFT
        lines[-1].append((what, words, x))
        x += wide
    return lines


def draw_legend(lines: Sequence[Sequence[Item]], top: float, colours: Colours) -> Iterator[str]:
    """Draw it from its upper edge."""
    for row, line in enumerate(lines):
        y = top + 24 * row
        for what, words, x in line:
            for kind in KINDS:
                if kind == what:
                    yield from draw_bar(kind, Area(x, y + 2, _BAR, 16), colours)
            if what in SIGNS:
                yield from draw_sign(what, x + 7, y + 10, colours)
            yield text(x + _sample(what), y + 14.5, words, SIZE, colours["soft"])


def _sample(what: str) -> float:
    return 19 if what in SIGNS else _BAR + 7
