"""A timeline as a notebook shows it: lanes for the socket and for each process, on one axis of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from labapp.observe.timeline import SHOWN, SIGNAL, Timeline, fit, lanes_of
from labapp.views.svg import HALF_WIDTH, leaf, opening, text, ticks, wrapped
from labapp.views.svg import number as n
from labapp.views.theme import LIGHT, SANS
from labapp.views.timeline.lanes import Placed, Scale, margin, place
from labapp.views.timeline.legend import draw_legend, legend
from labapp.views.timeline.words import describe

if TYPE_CHECKING:
    from labapp.observe.timeline import TimelineSlice
    from labapp.views.timeline.marks import Colours, Look

LEFT, RIGHT = 112, 22  # before the first moment, at least, and after the last one, in pixels
ROWS = 32
FEW, HIGH, LOW = 14, 24, 18  # Up to so many rows are high ones.
SIGNALS = 12  # Up to so many are drawn across all lanes.
LINKS = 40  # Up to so many that were passed on have a line from bar to bar.


def timeline_bundle(shown: TimelineSlice | Timeline) -> dict[str, str]:
    """Return a part, or the last minute of a timeline, as a picture and as text."""
    part = shown.last(SHOWN) if isinstance(shown, Timeline) else shown
    return {"image/svg+xml": draw(part), "text/plain": str(part)}


def draw(part: TimelineSlice, colours: Colours = LIGHT) -> str:
    """Return the picture, on a card of its own that reads well on any page."""
    shown, left_out = fit(lanes_of(part), ROWS)
    high = sum(max(1, len(lane.rows)) for lane in shown) <= FEW
    length = max(part.end - part.begin, 1e-6)
    left = max(LEFT, margin(shown))
    per_second = (HALF_WIDTH - left - RIGHT) / length
    scale = Scale(left, HALF_WIDTH - RIGHT, part.begin, per_second, HIGH if high else LOW)
    placed = [place(lane, scale) for lane in shown]
    heading = wrapped(part.summary.split(" "), 15, HALF_WIDTH - 28, bold=True)
    top = 20.0 + 20 * len(heading)
    below = [f"… and {left_out} more processes"] if left_out else []
    if merged := sum(lane.merged for lane in placed):
        below.append(f"{merged:,} requests stand too close together to be drawn one by one.")
    bottom = top + sum(lane.height for lane in placed)
    key = legend(placed, HALF_WIDTH)
    height = bottom + 30 + 20 * len(below) + 24 * len(key) + 8
    title = f"Timeline: {part.summary}"
    size: Look = {"viewBox": f"0 0 {HALF_WIDTH} {n(height)}", "width": HALF_WIDTH, "height": height}
    named: Look = {"role": "img", "aria_label": title, "font_family": SANS}
    card: Look = {"rx": 10, "fill": colours["paper"], "stroke": colours["line"]}
    lines = [
        opening("svg", xmlns="http://www.w3.org/2000/svg", **size, **named),
        f"<title>{escape(title)}</title>",
        f"<desc>{escape(describe(shown, part.begin, left_out))}</desc>",
        leaf("rect", x=0.5, y=0.5, width=HALF_WIDTH - 1, height=height - 1, **card),
        *(text(14, 26 + 20 * row, line, 15, colours["ink"], bold=True) for row, line in enumerate(heading)),
        *_axis(scale, length, top, bottom, colours),
        *_signals(placed, scale, top, bottom, colours),
    ]
    y = top
    rows: dict[int, float] = {}  # By the request: the upper edge of its row.
    for lane in placed:
        lines += lane.draw(y, colours)
        rows |= lane.edges(y)
        y += lane.height
    lines += _passed_on(part, scale, rows, colours)
    for row, words in enumerate(below):
        lines.append(text(14, bottom + 44 + 20 * row, words, 13, colours["soft"]))
    lines += draw_legend(key, bottom + 34 + 20 * len(below), colours)
    return "\n".join([*lines, "</svg>"]) + "\n"


def _axis(scale: Scale, length: float, top: float, bottom: float, colours: Colours) -> Iterator[str]:
    """Draw a line and a number for each round number of seconds."""
    marks = [tick for tick in ticks(length) if tick <= length * (1 + 1e-9)]
    for tick in marks:
        x = scale.x(scale.begin + tick)
        yield leaf("path", d=f"M{n(x)} {n(top - 4)} V{n(bottom + 3)}", stroke=colours["track"])
        unit = " s" if tick == marks[-1] else ""
        anchor = "end" if x > scale.right - 16 else "middle"
        yield text(x, bottom + 18, f"{tick:g}{unit}", 13, colours["soft"], anchor=anchor)


def _passed_on(
    part: TimelineSlice, scale: Scale, rows: Mapping[int, float], colours: Colours
) -> Iterator[str]:
    """Draw a line from a proxy's bar to that of the server behind, where a request was passed on."""
    passed = [(one, one.via) for one in part.served if one.via is not None]
    for request, via in passed if len(passed) <= LINKS else ():
        if id(request) in rows and id(via) in rows:
            above, below = sorted((rows[id(via)], rows[id(request)]))
            path = f"M{n(scale.x(request.begin))} {n(above + scale.row - 3)} V{n(below + 3)}"
            yield leaf("path", d=path, fill="none", stroke=colours["busy"], stroke_width=2)


def _signals(
    placed: Sequence[Placed], scale: Scale, top: float, bottom: float, colours: Colours
) -> Iterator[str]:
    """Draw a line through all lanes at each signal, whoever got it: others may have felt it."""
    sent = [note.at for lane in placed for note in lane.lane.notes if note.mark == SIGNAL]
    for at in sent if len(sent) <= SIGNALS else ():
        path = f"M{n(scale.x(at))} {n(top)} V{n(bottom)}"
        yield leaf("path", d=path, stroke=colours["busy"], stroke_width=1.2, stroke_dasharray="3 4")
