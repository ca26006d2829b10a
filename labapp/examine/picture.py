"""A report as one picture: what it says, and a bar for each size that was tried."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from textwrap import wrap
from typing import TYPE_CHECKING

from labapp.examine.words import figures_of, mark
from labapp.views import LIGHT, SANS
from labapp.views.svg import HALF_WIDTH, leaf, text, wrapped

if TYPE_CHECKING:
    from labapp.examine.words import Said

_LEFT, _BESIDE, _RIGHT = 16, 116, 16
_ROW, _LINE, _TITLE, _CHARACTERS = 46, 19, 20, 62
_FIGURES = 290  # pixels beside the longest bar
_ROOM = HALF_WIDTH - _LEFT - _RIGHT


def draw(said: Said) -> str:
    """Return the picture, on a light card that reads well on any page; nothing in it has an identifier."""
    lines, top = list[str](), 28
    for line in wrapped(said.figures.command.split(), 15, _ROOM, bold=True):
        lines.append(text(_LEFT, top, line, 15, LIGHT["ink"], bold=True))
        top += _TITLE
    for line in wrapped(said.circumstances.split(), 13, _ROOM):
        lines.append(text(_LEFT, top, line, 13, LIGHT["soft"]))
        top += _LINE
    top += 8
    for heading, told in said.sections:
        if heading == "sizes":
            continue
        lines.append(text(_LEFT, top, heading, 13, LIGHT["soft"]))
        for line in (
            part
            for one in told
            for part in wrap(one, _CHARACTERS, subsequent_indent="  ", break_on_hyphens=False)
        ):
            lines.append(text(_BESIDE, top, line, 13, LIGHT["ink"]))
            top += _LINE
        top += 5
    lines += _bars(said, top)
    return card(lines, top + _tall(said), str(said), f"Capacity report: {said.figures.command}")


def bars(said: Said) -> str:
    """Return a picture of the sizes that were tried, alone; an empty text where there were none."""
    if not any(one.rate for one in said.figures.trials):
        return ""
    told = "; ".join(said.lines("sizes"))
    return card(_bars(said, 16), 16 + _tall(said), told, "Answers per second of each size that was tried")


def card(lines: list[str], height: float, told: str, title: str) -> str:
    """Return a picture with a text that says the same."""
    size = f'width="{HALF_WIDTH}" height="{height:.0f}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {HALF_WIDTH} {height:.0f}" {size}',
            f' role="img" aria-label="{escape(title)}" font-family="{escape(SANS)}">',
            f"<title>{escape(title)}</title>",
            f"<desc>{escape(told)}</desc>",
            f'<rect {size} rx="10" fill="{LIGHT["paper"]}" stroke="{LIGHT["line"]}"/>',
            *lines,
            "</svg>\n",
        ]
    )


def _tall(said: Said) -> float:
    shown = sum(bool(one.rate) for one in said.figures.trials)
    return 34 + _ROW * shown if shown else 0


def _bars(said: Said, top: float) -> list[str]:
    shown = [(number, one) for number, one in enumerate(said.figures.trials) if one.rate]
    if not shown:
        return []
    most = max(one.rate for _, one in shown)
    lines = [
        text(_LEFT, top + 12, "Answers per second, each path asked as often", 14, LIGHT["ink"], bold=True)
    ]
    for place, (number, one) in enumerate(shown):
        y = top + 26 + _ROW * place
        own = one.size == said.advice.size
        lines += _bar(
            y, one.rate / most, str(one.size), f"{figures_of(one)}{mark(one, number, said.advice)}", own
        )
    return lines


def _bar(y: float, share: float, name: str, said: str, own: bool) -> Iterator[str]:
    """Draw one bar; the advised one is filled, the others are outlines."""
    room = _ROOM - _FIGURES
    yield text(_LEFT, y + 15, name, 13, LIGHT["ink"], bold=own)
    wide = max(2.0, room * share)
    fill = LIGHT["master"] if own else LIGHT["mark"]
    yield leaf("rect", x=_LEFT, y=y + 21, width=wide, height=16, fill=fill, stroke=LIGHT["master"])
    yield text(_LEFT + wide + 8, y + 33, " ".join(said.split()), 12.5, LIGHT["soft"])
