"""A comparison as a picture: a band for each server, a line for each request, one axis of time for all."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from labapp.views.svg import HALF_WIDTH, leaf, opening, text, ticks, wrapped
from labapp.views.svg import number as n
from labapp.views.theme import LIGHT, SANS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from labapp.views.comparison.contestant import Contestant, Span

Look = dict[str, Any]
LEFT, RIGHT = 16, 22
NAME, GAP = 21, 14  # pixels of a server's name, and between two servers
TITLE, LINE = 20, 17  # pixels of a line of the title, and of other words
LONGEST = 50  # letters of a name that are shown
LINES = 24  # requests that are drawn of each server, at most
THICK, THIN = 5, 1.4
PITCH = 7.0  # pixels from line to line, where there are few; and
ROOM = 64  # pixels of a band at most
INK, SOFT = LIGHT["ink"], LIGHT["soft"]


def draw(contestants: Sequence[Contestant], what: str, description: str) -> str:
    """Return the picture, on a card for half a window; `description` says all of it in words."""
    end = ticks(max((span.ended for one in contestants for span in one.spans), default=1.0))
    scale = (HALF_WIDTH - LEFT - RIGHT) / end[-1]
    title = f"{', '.join(_short(one.name) for one in contestants)} under one load"
    heading, sent = _lines(title.split(" "), 15, bold=True), _lines(what.split(" "), 13)
    y = top = 22.0 + TITLE * len(heading) + LINE * len(sent)
    words = [
        *(text(LEFT, 28 + TITLE * place, line, 15, INK, bold=True) for place, line in enumerate(heading)),
        *(text(LEFT, top - 11 - LINE * place, line, 13, SOFT) for place, line in enumerate(reversed(sent))),
    ]
    bands: list[str] = []
    for one in contestants:
        bands += (band := _Band(one)).draw(y, scale)
        y += band.height + GAP
    height = y + 80
    size: Look = {"viewBox": f"0 0 {HALF_WIDTH} {n(height)}", "width": HALF_WIDTH, "height": height}
    named: Look = {"role": "img", "aria_label": title, "font_family": SANS}
    within: Look = {"x": 0.5, "y": 0.5, "width": HALF_WIDTH - 1, "height": height - 1, "rx": 10}
    lines = [
        opening("svg", xmlns="http://www.w3.org/2000/svg", **size, **named),
        f"<title>{escape(title)}</title>",
        f"<desc>{escape(description)}</desc>",
        leaf("rect", **within, fill=LIGHT["paper"], stroke=LIGHT["line"]),
        *words,
        *_axis(end, scale, top, y),
        *bands,
        *_legend(y + 46),
    ]
    return "\n".join([*lines, "</svg>"]) + "\n"


def picked(spans: Sequence[Span]) -> list[Span]:
    """Return as many requests as are drawn, evenly chosen, the first and the last among them."""
    if len(spans) <= LINES:
        return list(spans)
    return [spans[round(place * (len(spans) - 1) / (LINES - 1))] for place in range(LINES)]


class _Band:
    """A server's name, its figures, and its requests below each other."""

    def __init__(self, one: Contestant) -> None:
        self._name = _short(one.name)
        self._spans = picked(one.spans)
        few = len(self._spans) < len(one.spans)
        drawn = [f"({len(self._spans)} of {len(one.spans):,} drawn)"] if few else []
        self._figures = _lines([*one.figures, *drawn], 13, between="   ")
        self._pitch = min(PITCH, ROOM / max(len(self._spans), 1))
        self._head = NAME + LINE * len(self._figures)
        self.height = self._head + max(len(self._spans) * self._pitch, 30)

    def draw(self, top: float, scale: float) -> Iterator[str]:
        """Draw it from its top."""
        paper = LIGHT["paper"]
        yield text(LEFT, top + 15, self._name, 15, INK, bold=True, halo=paper)
        for place, line in enumerate(self._figures):
            yield text(LEFT, top + NAME + 12 + LINE * place, line, 13, INK, halo=paper)
        for place, span in enumerate(self._spans):
            y = top + self._head + self._pitch * (place + 0.5)
            yield from _line(span, y, scale, min(THICK, self._pitch - 1))


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def _lines(pieces: Sequence[str], size: float, *, between: str = " ", bold: bool = False) -> list[str]:
    return wrapped(pieces, size, HALF_WIDTH - LEFT - RIGHT, between=between, bold=bold)


def _line(span: Span, y: float, scale: float, thick: float) -> Iterator[str]:
    colour = LIGHT["dead"] if span.failed else LIGHT["master"]
    sent, ended = LEFT + span.sent * scale, LEFT + span.ended * scale
    begun = sent if span.begun is None else LEFT + span.begun * scale
    if begun > sent:
        yield leaf("path", d=f"M{n(sent)} {n(y)} H{n(begun)}", stroke=LIGHT["edge"], stroke_width=THIN)
    dashed: Look = {"stroke_dasharray": "4 2"} if span.failed else {}
    path = f"M{n(begun)} {n(y)} H{n(max(ended, begun + 1.5))}"
    yield leaf("path", d=path, stroke=colour, stroke_width=round(thick, 1), **dashed)


def _axis(end: Sequence[float], scale: float, top: float, bottom: float) -> Iterator[str]:
    for tick in end:
        x = LEFT + tick * scale
        yield leaf("path", d=f"M{n(x)} {n(top - 2)} V{n(bottom)}", stroke=LIGHT["track"])
        unit = " s" if tick == end[-1] else ""
        # The last stands to the left of its line's end, for it has the unit.
        at, anchor = (x + RIGHT - 8, "end") if unit else (x, "middle")
        yield text(at, bottom + 16, f"{tick:g}{unit}", 13, SOFT, anchor=anchor)


def _legend(y: float) -> Iterator[str]:
    """Explain the lines, one line of words below the other."""
    yield leaf("path", d=f"M{LEFT} {n(y - 4)} h30", stroke=LIGHT["edge"], stroke_width=THIN)
    yield leaf("path", d=f"M{LEFT + 30} {n(y - 4)} h34", stroke=LIGHT["master"], stroke_width=THICK)
    yield text(LEFT + 72, y, "each line a request: thin while it waits, thick while it is served;", 13, SOFT)
    yield text(LEFT + 72, y + LINE, "dashed: failed", 13, SOFT)
