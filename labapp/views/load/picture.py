"""A load as a notebook shows it: its figures, how its latencies spread, what came back when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

from labapp.views.load.plot import Plot, bins
from labapp.views.svg import PAGE_WIDTH
from labapp.views.theme import LIGHT, SANS

if TYPE_CHECKING:
    from labapp.load import Load

LEFT, LINE = 16, 23
PLOT = 150  # The height of a plot with its heading and its axis.


def load_bundle(load: Load) -> dict[str, str]:
    """Return a load as a picture, and as a table in text."""
    return {"image/svg+xml": draw(load), "text/plain": str(load)}


def draw(load: Load) -> str:
    """Return the picture, on a light card that reads well on any page; nothing in it has an identifier."""
    rows = load.rows
    plots = _plots(load)
    top = 48 + LINE * len(rows)
    height = top + PLOT * len(plots) + 8
    size, title = f'width="{PAGE_WIDTH}" height="{height}"', escape(f"Load: {load.what}. {load.outcome}.")
    heading = f'font-size="15" font-weight="700" fill="{LIGHT["ink"]}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {PAGE_WIDTH} {height}" {size} role="img"',
        f' aria-label="{title}" font-family="{escape(SANS)}">',
        f"<title>{title}</title>",
        f"<desc>{escape(_description(load, plots))}</desc>",
        f'<rect {size} rx="10" fill="{LIGHT["paper"]}" stroke="{LIGHT["line"]}"/>',
        f'<text x="{LEFT}" y="28" {heading}>{escape(load.what)}</text>',
        *_table(rows),
    ]
    for number, plot in enumerate(plots):
        lines += [f'<g transform="translate(0 {top + PLOT * number})">', *plot.draw(PAGE_WIDTH, PLOT), "</g>"]
    return "\n".join([*lines, "</svg>"]) + "\n"


def _table(rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    for number, (name, figure) in enumerate(rows):
        y = 54 + LINE * number
        yield f'<text x="{LEFT}" y="{y}" font-size="14" fill="{LIGHT["soft"]}">{escape(name)}</text>'
        look = f'font-size="14" fill="{LIGHT["ink"]}" xml:space="preserve"'
        yield f'<text x="{LEFT + 92}" y="{y}" {look}>{escape(figure)}</text>'


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
        heading = "What ended when, in s since the beginning"
        plots.append(Plot(heading, edges, good, bad if errors else [], ("answers", "errors")))
    return plots


def _description(load: Load, plots: Sequence[Plot]) -> str:
    figures = "; ".join(f"{name}: {' '.join(figure.split())}" for name, figure in load.rows)
    return ". ".join([figures, *(plot.summary for plot in plots)]) + "."
