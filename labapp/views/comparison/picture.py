"""A comparison as a picture: a band for each server, a line for each request, one axis of time for all."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from labapp.views.svg import PAGE_WIDTH, leaf, opening, text, ticks
from labapp.views.svg import number as n
from labapp.views.theme import LIGHT, SANS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from labapp.views.comparison.contestant import Contestant, Span

Look = dict[str, Any]
LEFT, RIGHT, TOP = 128, 20, 66
HEAD, GAP, FOOT = 22, 14, 62
LINES = 24  # requests that are drawn of each server, at most
THICK, THIN = 5, 1.4
PITCH = 7.0  # pixels from line to line, where there are few; and
ROOM = 64  # pixels of a band at most
INK, SOFT = LIGHT["ink"], LIGHT["soft"]


def draw(contestants: Sequence[Contestant], what: str, description: str) -> str:
    """Return the picture, on a card of the page's width; `description` says all of it in words."""
    end = ticks(max((span.ended for one in contestants for span in one.spans), default=1.0))
    scale = (PAGE_WIDTH - LEFT - RIGHT) / end[-1]
    shown = [picked(one.spans) for one in contestants]
    heights = [HEAD + max(len(spans) * _pitch(spans), 30) for spans in shown]
    bottom = TOP + sum(heights) + GAP * len(heights)
    height = bottom + FOOT
    size: Look = {"viewBox": f"0 0 {PAGE_WIDTH} {n(height)}", "width": PAGE_WIDTH, "height": height}
    title = f"{', '.join(one.name for one in contestants)} under one load"
    lines = [
        opening(
            "svg", xmlns="http://www.w3.org/2000/svg", **size, role="img", aria_label=title, font_family=SANS
        ),
        f"<title>{escape(title)}</title>",
        f"<desc>{escape(description)}</desc>",
        leaf(
            "rect",
            x=0.5,
            y=0.5,
            width=PAGE_WIDTH - 1,
            height=height - 1,
            rx=10,
            fill=LIGHT["paper"],
            stroke=LIGHT["line"],
        ),
        text(16, 28, title, 15, INK, bold=True),
        text(16, 48, what, 13, SOFT),
        *_axis(end, scale, bottom),
    ]
    y = float(TOP)
    for one, spans, tall in zip(contestants, shown, heights, strict=True):
        lines += _band(one, spans, y, scale)
        y += tall + GAP
    return "\n".join([*lines, *_legend(bottom + 46), "</svg>"]) + "\n"


def picked(spans: Sequence[Span]) -> list[Span]:
    """Return as many requests as are drawn, evenly chosen, the first and the last among them."""
    if len(spans) <= LINES:
        return list(spans)
    return [spans[round(place * (len(spans) - 1) / (LINES - 1))] for place in range(LINES)]


def _pitch(spans: Sequence[Span]) -> float:
    return min(PITCH, ROOM / max(len(spans), 1))


def _band(one: Contestant, spans: Sequence[Span], top: float, scale: float) -> Iterator[str]:
    """Draw a server's name, its figures, and its requests below each other."""
    few = f" ({len(spans)} of {len(one.spans):,} drawn)" if len(spans) < len(one.spans) else ""
    yield text(16, top + 15, one.name, 15, INK, bold=True)
    yield text(LEFT, top + 14, "   ".join(one.figures) + few, 13, INK)
    pitch = _pitch(spans)
    for place, span in enumerate(spans):
        y = top + HEAD + pitch * (place + 0.5)
        yield from _line(span, y, scale, min(THICK, pitch - 1))


def _line(span: Span, y: float, scale: float, thick: float) -> Iterator[str]:
    colour = LIGHT["dead"] if span.failed else LIGHT["master"]
    sent, ended = LEFT + span.sent * scale, LEFT + span.ended * scale
    begun = sent if span.begun is None else LEFT + span.begun * scale
    if begun > sent:
        yield leaf("path", d=f"M{n(sent)} {n(y)} H{n(begun)}", stroke=LIGHT["edge"], stroke_width=THIN)
    dashed: Look = {"stroke_dasharray": "4 2"} if span.failed else {}
    path = f"M{n(begun)} {n(y)} H{n(max(ended, begun + 1.5))}"
    yield leaf("path", d=path, stroke=colour, stroke_width=round(thick, 1), **dashed)


def _axis(end: Sequence[float], scale: float, bottom: float) -> Iterator[str]:
    for tick in end:
        x = LEFT + tick * scale
        yield leaf("path", d=f"M{n(x)} {TOP - 4} V{n(bottom)}", stroke=LIGHT["track"])
        unit = " s" if tick == end[-1] else ""
        yield text(x, bottom + 16, f"{tick:g}{unit}", 13, SOFT, anchor="middle")


def _legend(y: float) -> Iterator[str]:
    yield leaf("path", d=f"M{LEFT} {n(y - 4)} h30", stroke=LIGHT["edge"], stroke_width=THIN)
    yield leaf("path", d=f"M{LEFT + 30} {n(y - 4)} h34", stroke=LIGHT["master"], stroke_width=THICK)
    words = "each line a request: thin while it waits, thick while it is served; dashed: failed"
    yield text(LEFT + 72, y, words, 13, SOFT)
