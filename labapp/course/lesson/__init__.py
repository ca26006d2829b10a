"""A lesson's text: read, outlined, linked to the other lessons, composed into a notebook."""

from typing import TYPE_CHECKING

from labapp.door import door

if TYPE_CHECKING:
    from labapp.course.lesson.navigate import CONTENTS, NAVIGATION
    from labapp.course.lesson.notebook import dumps, load, loads, new_cell, new_notebook
    from labapp.course.lesson.pages import Page, compose, page
    from labapp.course.lesson.slides import SLIDE_TYPES
    from labapp.course.lesson.source import Cell, Draft, Lesson, SourceError, find_lessons, read
    from labapp.course.lesson.structure import (
        CARD,
        OPTIONAL,
        Outline,
        Section,
        anchor,
        first_heading,
        headings,
        outline,
    )

__all__ = [
    "CARD",
    "CONTENTS",
    "NAVIGATION",
    "OPTIONAL",
    "SLIDE_TYPES",
    "Cell",
    "Draft",
    "Lesson",
    "Outline",
    "Page",
    "Section",
    "SourceError",
    "anchor",
    "compose",
    "dumps",
    "find_lessons",
    "first_heading",
    "headings",
    "load",
    "loads",
    "new_cell",
    "new_notebook",
    "outline",
    "page",
    "read",
]

# A learner's session needs the outline of a lesson, and not what reads its whole text.
__getattr__ = door(
    __name__,
    navigate="CONTENTS NAVIGATION",
    notebook="dumps load loads new_cell new_notebook",
    pages="Page compose page",
    slides="SLIDE_TYPES",
    source="Cell Draft Lesson SourceError find_lessons read",
    structure="CARD OPTIONAL Outline Section anchor first_heading headings outline",
)
