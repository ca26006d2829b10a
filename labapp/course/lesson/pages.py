"""From drafts to notebooks that only lack their outputs."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from labapp.course.lesson import folding, navigate, slides
from labapp.course.lesson.notebook import new_cell, new_notebook
from labapp.course.lesson.source import Cell, Draft, Lesson, read
from labapp.course.lesson.structure import outline


@dataclass(slots=True)
class Page:
    """A composed notebook and, for each of its cells, the line of the source on which it begins."""

    lesson: Lesson
    notebook: NotebookNode
    lines: list[int]

    @property
    def name(self) -> str:
        """Which notebook this is, as folder/lesson."""
        return f"{self.lesson.target.parent.name}/{self.lesson.name}"

    def place(self, index: int) -> str:
        """Return where cell `index` is written, as file:line."""
        return f"{self.lesson.source}:{self.lines[index]}"


def compose(lessons: Sequence[Lesson]) -> list[Page]:
    """Read all lessons of a course and return their notebooks, not executed; raise SourceError."""
    drafts = [read(lesson) for lesson in lessons]
    outlines = [outline([(cell.kind, cell.text) for cell in draft.cells]) for draft in drafts]
    navigate.add_navigation(drafts, outlines)
    return [page(draft, each.title) for draft, each in zip(drafts, outlines, strict=True)]


def page(draft: Draft, title: str) -> Page:
    """Return the notebook of one draft, whose links and tables are in it already."""
    slides.mark(draft.cells)
    folding.fold(draft.cells)
    cells = [
        new_cell(cell.kind, cell.text, name, cell.metadata)
        for cell, name in zip(draft.cells, cell_ids(draft.lesson.name, draft.cells), strict=True)
    ]
    notebook = new_notebook(cells, {"title": title, **draft.metadata})
    return Page(draft.lesson, notebook, [cell.line for cell in draft.cells])


def cell_ids(name: str, cells: Sequence[Cell]) -> list[str]:
    """Return an id for each cell that changes only when the cell's own text does."""
    seen: Counter[str] = Counter()
    ids = []
    for cell in cells:
        text = f"{name}\0{cell.kind}\0{cell.text}"
        ids.append(hashlib.sha256(f"{text}\0{seen[text]}".encode()).hexdigest()[:8])
        seen[text] += 1
    return ids
