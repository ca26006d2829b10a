"""A lesson's text: read, outlined, linked to the other lessons, composed into a notebook."""

from labapp.course.lesson.navigate import CONTENTS, NAVIGATION
from labapp.course.lesson.notebook import dumps, load, loads, new_cell, new_notebook
from labapp.course.lesson.pages import Page, compose, page
from labapp.course.lesson.slides import SLIDE_TYPES
from labapp.course.lesson.source import Cell, Draft, Lesson, SourceError, find_lessons, read
from labapp.course.lesson.structure import CARD, Outline, Section, anchor, first_heading, headings, outline

__all__ = [
    "CARD",
    "CONTENTS",
    "NAVIGATION",
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
