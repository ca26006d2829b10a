"""A load in steps as a picture: answers per second, 99 % latency and requests under way, against the rate."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from labapp.views.svg import HALF_WIDTH, leaf, number, text, ticks, wrapped
from labapp.views.theme import LIGHT, SANS

if TYPE_CHECKING:
    from labapp.load import Steps

LEFT, RIGHT, TOP, PANEL, GAP = 76, 24, 24, 104, 50
LINE, NOTE = 18, 204  # pixels of a line of what was sent, and where a heading is explained


@dataclass(frozen=True, slots=True)
class Panel:
    """One figure of every step, on an axis from 0 or, across orders of magnitude, by powers of ten."""

    heading: str
    values: Sequence[float]
    by_powers: bool = False
    note: str = ""

    @property
    def marks(self) -> list[float]:
        """The round numbers of its axis, lowest first."""
        known = [value for value in self.values if not math.isnan(value)] or [1.0]
        if not self.by_powers:
            return ticks(max(known), most=4)
        low, high = (math.log10(max(value, 0.1)) for value in (min(known), max(known)))
        first, last = math.floor(low), max(math.ceil(high), math.floor(low) + 1)
        return [10.0**power for power in range(first, last + 1)]

    def height(self, value: float) -> float:
        """Return how high a value lies: 0 at the foot, 1 at the top."""
        low, high = self.marks[0], self.marks[-1]
        if self.by_powers:
            return (math.log10(max(value, low)) - math.log10(low)) / (math.log10(high) - math.log10(low))
        return value / high


def steps_bundle(steps: Steps) -> dict[str, str]:
    """Return the steps as a picture, and as a table in text."""
    return {"image/svg+xml": draw(steps), "text/plain": str(steps)}


def draw(steps: Steps) -> str:
    """Return the picture, on a light card that reads well on any page; nothing in it has an identifier."""
    panels = _panels(steps)
    what = wrapped(steps.what.split(" "), 13, HALF_WIDTH - 32, bold=True)
    top = TOP + LINE * len(what)
    height = top + len(panels) * (PANEL + GAP) + 22
    title = escape(f"Load in steps: {steps.what}: {steps.outcome}.")
    size = f'width="{HALF_WIDTH}" height="{height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {HALF_WIDTH} {height}" {size} role="img"',
        f' aria-label="{title}" font-family="{escape(SANS)}">',
        f"<title>{title}</title>",
        f"<desc>{escape(_description(steps, panels))}</desc>",
        f'<rect {size} rx="10" fill="{LIGHT["paper"]}" stroke="{LIGHT["line"]}"/>',
        *(text(16, 28 + LINE * place, line, 13, LIGHT["ink"], bold=True) for place, line in enumerate(what)),
    ]
    for place, panel in enumerate(panels):
        lines += _draw(steps, panel, top + place * (PANEL + GAP) + 22, asked=place == 0)
    lines.append(
        text(
            HALF_WIDTH - RIGHT, height - 12, "requests per second asked for", 13, LIGHT["soft"], anchor="end"
        )
    )
    return "\n".join([*lines, "</svg>"]) + "\n"


def _panels(steps: Steps) -> list[Panel]:
    panels = [
        Panel(
            "Answers per second",
            [s.answered for s in steps.steps],
            note="dashed: as asked for; crosses: not kept up",
        ),
        Panel("99 % latency since due, in ms, by powers of ten", [s.p99 * 1000 for s in steps.steps], True),
    ]
    under_way = [step.under_way for step in steps.steps if step.under_way is not None]
    if len(under_way) == len(steps.steps):
        panels.append(Panel("Requests under way in the server, on average", under_way))
    return panels


def _draw(steps: Steps, panel: Panel, top: float, *, asked: bool) -> Iterator[str]:
    """Draw one panel from its top; `asked` adds the line of a server that always keeps up."""
    bottom, rates = top + PANEL, [step.rate for step in steps.steps]
    end = ticks(rates[-1])[-1]
    points = [
        (_across(rate, end), bottom - panel.height(value) * PANEL, step.kept_up)
        for rate, value, step in zip(rates, panel.values, steps.steps, strict=True)
        if not math.isnan(value)
    ]
    yield text(16, top - 10, panel.heading, 14, LIGHT["ink"], bold=True)
    if panel.note:
        yield text(NOTE, top - 10, panel.note, 12.5, LIGHT["soft"])
    for mark in panel.marks:
        y = bottom - panel.height(mark) * PANEL
        yield _path(f"M{LEFT} {y:.1f} H{HALF_WIDTH - RIGHT}", "track")
        yield text(LEFT - 8, y + 4, f"{mark:,g}", 12.5, LIGHT["soft"], anchor="end")
    for mark in ticks(rates[-1]):
        yield text(_across(mark, end), bottom + 18, f"{mark:g}", 12.5, LIGHT["soft"], anchor="middle")
    if asked:
        top_rate = min(rates[-1], panel.marks[-1])
        x, y = _across(top_rate, end), bottom - panel.height(top_rate) * PANEL
        yield _path(f"M{LEFT} {bottom} L{x:.1f} {y:.1f}", "soft", dash="6 4")
    if steps.knee is not None and steps.knee is not steps.steps[-1]:
        x = _across(steps.knee.rate, end)
        yield _path(f"M{x:.1f} {top} V{bottom}", "busy", dash="2 3", wide=2)
        if asked:
            yield text(x + 6, bottom - 8, f"knee: {steps.knee.rate:g}", 13, LIGHT["busy"], bold=True)
    yield _path("M" + " L".join(f"{x:.1f} {y:.1f}" for x, y, _ in points), "master", wide=2)
    for x, y, kept in points:
        yield from _point(x, y, kept)


def _point(x: float, y: float, kept: bool) -> Iterator[str]:
    """Draw a dot where the server kept up, a cross where it did not: told apart without their colour."""
    if kept:
        yield leaf("circle", cx=number(x), cy=number(y), r=4, fill=LIGHT["master"])
    else:
        yield _path(f"M{x - 5:.1f} {y - 5:.1f} l10 10 m0 -10 l-10 10", "dead", wide=2.5)


def _across(rate: float, end: float) -> float:
    return LEFT + rate / end * (HALF_WIDTH - LEFT - RIGHT)


def _description(steps: Steps, panels: Sequence[Panel]) -> str:
    rows = [
        f"{panel.heading}: "
        + ", ".join(f"{value:.3g} at {s.rate:g}" for value, s in zip(panel.values, steps.steps, strict=True))
        for panel in panels
    ]
    missed = ", ".join(f"{step.rate:g}" for step in steps.steps if not step.kept_up)
    crosses = f"Crosses, where it did not keep up: {missed or 'none'}"
    return ". ".join([steps.outcome.capitalize(), *rows, crosses]) + "."


def _path(d: str, colour: str, *, dash: str = "", wide: float = 1) -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="{d}" fill="none" stroke="{LIGHT[colour]}" stroke-width="{wide:g}"{dashed}/>'
