"""The marks of a timeline: a request's bar by its kind, and the signs of births, deaths and signals.

Kinds are told apart by outline and pattern: in grey, on paper, to whoever confuses red and green.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labapp.observe.timeline import ENDED, OTHER, SIGNAL, STARTED, Bar, Kind
from labapp.views.svg import Area, leaf, text
from labapp.views.svg import number as n

Colours = Mapping[str, str]
Look = dict[str, Any]

KINDS: Mapping[Kind, str] = {
    "waiting": "waiting at the socket",
    "served": "served",
    "failed": "failed",
    "cut": "cut off",
    "open": "under way",
}
SIGNS = {STARTED: "started", ENDED: "ended", SIGNAL: "signal from the lab", OTHER: "told by the server"}
LEAST = 2.0  # pixels, of the shortest bar
_SIZE = 12.5
_LETTER = 0.56  # of the size: the width of a letter, on average


@dataclass(slots=True)
class Block:
    """A bar on paper, or several of one kind that stand too close to be told apart."""

    left: float
    right: float
    bar: Bar
    many: int = 1


def blocks(bars: Iterable[tuple[float, float, Bar]]) -> list[Block]:
    """Return the bars of a row, each given with where it begins and ends: no more than there is room for."""
    last: dict[Kind, Block] = {}
    found: list[Block] = []
    for begin, ends, bar in bars:
        end = max(ends, begin + LEAST)
        block = last.get(bar.kind)
        short = end - begin <= LEAST + 1
        if (
            block
            and short
            and begin < block.right + 1
            and (block.many > 1 or block.right - block.left <= LEAST + 1)
        ):
            block.right = max(block.right, end)
            block.many += 1
        else:
            last[bar.kind] = block = Block(begin, end, bar)
            found.append(block)
    return found


def draw_block(block: Block, y: float, height: float, colours: Colours) -> Iterator[str]:
    """Draw a bar from its upper edge, and in it as much of its words as it has room for."""
    yield from draw_bar(block.bar.kind, Area(block.left, y, block.right - block.left, height), colours)
    words = "" if block.many > 1 or block.bar.kind == "waiting" or height < _SIZE else _fitting(block)
    if words:
        solid = block.bar.kind == "served"
        yield text(
            block.left + 6,
            y + height / 2 + 4,
            words,
            _SIZE,
            colours["master-ink" if solid else "ink"],
            halo="" if solid else colours["paper"],
        )


def draw_bar(kind: Kind, area: Area, colours: Colours) -> Iterator[str]:
    """Draw a bar of a kind, without words."""
    x, y, width, height = area.x, area.y, area.width, area.height
    place: Look = {"x": x, "y": y, "width": width, "height": height}
    strong: Look = {"stroke": colours["dead"], "stroke_width": 1.6}
    match kind:
        case "served":
            yield leaf("rect", **place, rx=min(3, width / 2), fill=colours["master"])
        case "waiting":
            thin = place | {"y": y + height / 4, "height": height / 2}
            yield leaf("rect", **thin, fill=colours["paper"], stroke=colours["soft"], stroke_dasharray="3 2")
        case "failed":
            yield leaf("rect", **place, **strong, fill=colours["paper"])
            yield _lines(
                [f"M{n(x)} {n(y + down)} h{n(width)}" for down in _steps(height, 4)], colours["dead"]
            )
        case "cut":
            yield leaf("path", d=_torn(area), **strong, fill=colours["paper"])
            slopes = [(x + across, min(height, width - across)) for across in _steps(width, 7)]
            yield _lines(
                [f"M{n(at)} {n(y + height)} l{n(up)} -{n(up)}" for at, up in slopes], colours["dead"]
            )
        case "open":
            path = f"M{n(x + width)} {n(y)} H{n(x)} V{n(y + height)} H{n(x + width)}"
            yield leaf("path", d=path, fill=colours["mark"], stroke=colours["busy"], stroke_width=1.6)


def draw_sign(sign: str, x: float, y: float, colours: Colours) -> Iterator[str]:
    """Draw the sign of a note around a point."""
    colour = colours[{STARTED: "born", ENDED: "dead", SIGNAL: "busy", OTHER: "ink"}[sign]]
    round_: Look = {"cx": x, "cy": y, "r": 6, "fill": colours["paper"], "stroke": colour, "stroke_width": 1.6}
    match sign:
        case "+":
            yield leaf("circle", **round_)
            yield leaf(
                "path", d=f"M{n(x - 3)} {n(y)} h6 M{n(x)} {n(y - 3)} v6", stroke=colour, stroke_width=1.8
            )
        case "✕":
            path = f"M{n(x - 4.5)} {n(y - 4.5)} l9 9 m0 -9 l-9 9"
            yield leaf("path", d=path, stroke=colours["paper"], stroke_width=6, stroke_linecap="round")
            yield leaf("path", d=path, stroke=colour, stroke_width=2.6, stroke_linecap="round")
        case "⚡":
            path = f"M{n(x + 3)} {n(y - 9)} l-8 10 h5 l-3 8 l8 -10 h-5 z"
            yield leaf("path", d=path, fill=colour, stroke=colours["paper"])
        case _:
            path = f"M{n(x)} {n(y - 6)} l6 6 l-6 6 l-6 -6 z"
            yield leaf("path", d=path, fill=colours["paper"], stroke=colour, stroke_width=1.6)


def width_of(words: str, size: float) -> float:
    """Return about how wide words are: rather too wide than too narrow."""
    return len(words) * size * _LETTER


def _fitting(block: Block) -> str:
    room = block.right - block.left - 10
    request = block.bar.request
    choices = (block.bar.words, f"{request.path} {request.status or ''}".rstrip(), request.path)
    return next((words for words in choices if width_of(words, _SIZE) <= room), "")


def _torn(area: Area) -> str:
    """Return an outline whose right end is torn."""
    tooth, quarter = n(min(4.0, area.width / 2)), n(area.height / 4)
    teeth = f"l-{tooth} {quarter} l{tooth} {quarter}"
    return f"M{n(area.x)} {n(area.y)} h{n(area.width)} {teeth} {teeth} h-{n(area.width)} z"


def _steps(length: float, step: float) -> list[float]:
    return [step * count for count in range(1, math.ceil(length / step))]


def _lines(parts: Sequence[str], colour: str) -> str:
    return leaf("path", d=" ".join(parts), stroke=colour, stroke_width=1.1) if parts else ""
