"""Slide metadata by rule: the slides are the notebook itself."""

from __future__ import annotations

from labapp.course.lesson.source import Cell
from labapp.course.lesson.structure import first_heading

SLIDE_TYPES = ("slide", "subslide", "fragment", "skip", "notes")
SPEAKER = "> *For the speaker.*"
_BY_LEVEL = {1: "slide", 2: "slide", 3: "subslide"}


def mark(cells: list[Cell]) -> None:
    """Give every cell its slide type; what the author wrote wins.

    `#` and `##` start a slide, `###` a subslide; whatever follows is a fragment of it. What is for the
    speaker says so, since a notebook that is not shown as slides shows it too.
    """
    for cell in cells:
        level = first_heading(cell.text)[0] if cell.kind == "markdown" else 0
        shown = dict(cell.metadata.get("slideshow") or {})
        shown.setdefault("slide_type", _BY_LEVEL.get(level, "fragment"))
        cell.metadata = {**cell.metadata, "slideshow": shown}
        if shown["slide_type"] == "notes" and not cell.text.startswith(SPEAKER):
            cell.text = f"{SPEAKER}\n{cell.text}".replace("\n", "\n> ")
