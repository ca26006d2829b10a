"""What a lesson's prose says of itself: its title, its opening table, its sections and their minutes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

CARD = ("You will be able to", "You need", "Time")
# How the heading of a section ends that a reader may leave out.
OPTIONAL = "(optional)"
_TIME = re.compile(r"(\d+) minutes?(?: of reading, (\d+) of exercises)?")
_SECTION_MINUTES = re.compile(r"^\*(\d+) minutes?\.?\*", re.MULTILINE)
_HEADING = re.compile(r"(#{1,6}) +(.+?) *#*$")


@dataclass(slots=True)
class Section:
    """A `##` section: its heading and the indexes of its cells, the heading's own included."""

    title: str
    cells: list[int] = field(default_factory=list)
    minutes: int | None = None

    @property
    def optional(self) -> bool:
        """Whether a reader may leave it out."""
        return self.title.endswith(OPTIONAL)


@dataclass(slots=True)
class Outline:
    """Title, card (the opening table by column), minutes and `##` sections of a lesson."""

    title: str = ""
    card: dict[str, str] = field(default_factory=dict)
    sections: list[Section] = field(default_factory=list)

    @property
    def minutes(self) -> int | None:
        """How long the card says that reading takes, or None."""
        found = _TIME.fullmatch(self.card.get("Time", ""))
        return int(found[1]) if found else None

    @property
    def exercise_minutes(self) -> int | None:
        """How long the card says that the exercises take beside it, or None."""
        found = _TIME.fullmatch(self.card.get("Time", ""))
        return int(found[2]) if found and found[2] else None


def outline(cells: Sequence[tuple[str, str]]) -> Outline:
    """Return the outline of cells given as (kind, text); generated cells should be left out."""
    found = Outline()
    for index, (kind, text) in enumerate(cells):
        if kind == "markdown":
            level, heading = first_heading(text)
            if level == 1 and not found.title:
                found.title = heading
            if level == 2:
                found.sections.append(Section(heading))
            found.card = found.card or card(text)
        if found.sections:
            section = found.sections[-1]
            section.cells.append(index)
            minutes = _SECTION_MINUTES.search(text) if kind == "markdown" else None
            if minutes and section.minutes is None:
                section.minutes = int(minutes[1])
    return found


def first_heading(text: str) -> tuple[int, str]:
    """Return level and text of the heading with which a cell begins, (0, "") if it begins otherwise."""
    found = _HEADING.match(text.split("\n", 1)[0])
    return (len(found[1]), found[2]) if found else (0, "")


def headings(texts: Iterable[str]) -> list[str]:
    """Return the text of every heading outside fences."""
    found, fenced = [], False
    for text in texts:
        for line in text.splitlines():
            if line.lstrip().startswith(("```", "~~~")):
                fenced = not fenced
            match = _HEADING.match(line)
            if match and not fenced:
                found.append(match[2])
        fenced = False
    return found


def anchor(heading: str) -> str:
    """Return the fragment by which JupyterLab and GitHub's notebook page address a heading."""
    return re.sub(r"[`*]", "", heading).replace(" ", "-")


def card(text: str) -> dict[str, str]:
    """Return the cells of the table *You will be able to / You need / Time* in `text`, {} if it has none."""
    rows = [line for line in text.splitlines() if line.startswith("|")]
    for head, _, row in zip(rows, rows[1:], rows[2:], strict=False):
        if _columns(head) == list(CARD):
            return dict(zip(CARD, _columns(row), strict=False))
    return {}


def _columns(row: str) -> list[str]:
    return [column.strip() for column in re.split(r"(?<!\\)\|", row.strip().strip("|"))]
