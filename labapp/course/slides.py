"""Slide metadata by rule: the slides are the notebook itself."""

from __future__ import annotations

from labapp.course.outline import first_heading
from labapp.course.source import Cell

KINDS = ("slide", "subslide", "fragment", "skip", "notes")
_BY_LEVEL = {1: "slide", 2: "slide", 3: "subslide"}


def mark(cells: list[Cell]) -> None:
    """Give every cell its slide type; what the author wrote wins.

    `#` and `##` start a slide, `###` a subslide; whatever follows is a fragment of it.
    """
    for cell in cells:
        level = first_heading(cell.text)[0] if cell.kind == "markdown" else 0
        shown = dict(cell.metadata.get("slideshow") or {})
        shown.setdefault("slide_type", _BY_LEVEL.get(level, "fragment"))
        cell.metadata = {**cell.metadata, "slideshow": shown}
