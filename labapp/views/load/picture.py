"""A load as a notebook shows it: its figures, how its latencies spread, what came back when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

from labapp.views.load.plot import Plot, bins
from labapp.views.svg import HALF_WIDTH, text, wrapped
from labapp.views.theme import LIGHT, SANS

if TYPE_CHECKING:
    from labapp.load import Load

LEFT, BESIDE, LINE, HEADING_LINE = 16, 108, 23, 20
HEADING, FIGURE = 15, 14  # pixels of letters
PLOT = 150  # The height of a plot with its heading and its axis.


def load_bundle(load: Load) -> dict[str, str]:
    """Return a load as a picture, and as a table in text."""
    return {"image/svg+xml": draw(load), "text/plain": str(load)}


def draw(load: Load) -> str:
    """Return the picture, on a light card that reads well on any page; nothing in it has an identifier."""
    plots = _plots(load)
    heading = wrapped(load.what.split(" "), HEADING, HALF_WIDTH - 2 * LEFT, bold=True)
    rows = [line for name, figure in load.rows for line in _lines(name, figure)]
    top = 28 + HEADING_LINE * len(heading) + LINE * len(rows)
    height = top + PLOT * len(plots) + 8
    size, title = f'width="{HALF_WIDTH}" height="{height}"', escape(f"Load: {load.what}. {load.outcome}.")
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {HALF_WIDTH} {height}" {size} role="img"',
        f' aria-label="{title}" font-family="{escape(SANS)}">',
        f"<title>{title}</title>",
        f"<desc>{escape(_description(load, plots))}</desc>",
        f'<rect {size} rx="10" fill="{LIGHT["paper"]}" stroke="{LIGHT["line"]}"/>',
        *(
            text(LEFT, 28 + HEADING_LINE * place, line, HEADING, LIGHT["ink"], bold=True)
            for place, line in enumerate(heading)
        ),
    ]
    for number, (name, figure) in enumerate(rows):
        y = 34 + HEADING_LINE * len(heading) + LINE * number
        lines += [text(LEFT, y, name, FIGURE, LIGHT["soft"]), text(BESIDE, y, figure, FIGURE, LIGHT["ink"])]
    for number, plot in enumerate(plots):
        lines += [f'<g transform="translate(0 {top + PLOT * number})">', *plot.draw(HALF_WIDTH, PLOT), "</g>"]
    return "\n".join([*lines, "</svg>"]) + "\n"


def _lines(name: str, figure: str) -> Iterator[tuple[str, str]]:
    """Yield a row of the table in as many lines as it needs, the name beside the first."""
    between = "   " if "   " in figure else " "
    for line in wrapped(figure.split(between), FIGURE, HALF_WIDTH - BESIDE - LEFT, between=between):
        yield name, line
        name = ""


def _plots(load: Load) -> list[Plot]:
    """Return how the latencies spread, and what ended when: whatever there is of it."""
    plots = []
    if latencies := load.latencies:
        unit, factor = ("s", 1.0) if load.percentile(100) >= 1 else ("ms", 1000.0)
        edges, [counts] = bins([[latency * factor for latency in latencies]])
        since = "" if load.rate is None else " since they were due"
        plots.append(Plot(f"Latency of the answers{since}, in {unit}", edges, counts, [], ("answers", "")))
    if load.exchanges:
        answers = [one.ended for one in load.answered]
        errors = [one.ended for one in load.exchanges if one.error]
        edges, [good, bad] = bins([answers, errors])
        heading = "Ended when, in s since the beginning"
        plots.append(Plot(heading, edges, good, bad if errors else [], ("answers", "errors")))
    return plots


def _description(load: Load, plots: Sequence[Plot]) -> str:
    figures = "; ".join(f"{name}: {' '.join(figure.split())}" for name, figure in load.rows)
    return ". ".join([figures, *(plot.summary for plot in plots)]) + "."
