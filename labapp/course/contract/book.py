"""What the rules look at, and what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nbformat import NotebookNode

from labapp.course.lesson import NAVIGATION, Outline, Page, load, outline

# The index of a cell (None: the notebook as a whole) and what is wrong with it.
Finding = tuple[int | None, str]


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule; as text it names the file and the cell: number (from 1), id, first words."""

    path: Path
    number: int | None
    id: str
    words: str
    message: str

    def __str__(self) -> str:
        cell = f" cell {self.number} ({self.id}, “{self.words}”):" if self.number else ""
        return f"{self.path}:{cell} {self.message}"


class Book:
    """A built notebook beside what its lesson composes to now; `notebook` is None if it was never built."""

    def __init__(self, path: Path, notebook: NotebookNode | None, page: Page | None = None) -> None:
        self.path = path
        self.notebook = notebook
        self.page = page

    @classmethod
    def of(cls, page: Page) -> Book:
        """Return the built notebook of a composed page."""
        target = page.lesson.target
        return cls(target, load(target) if target.exists() else None, page)

    @property
    def source(self) -> str:
        """The file of the lesson, as text."""
        return str(self.page.lesson.source) if self.page else "its lesson"

    @property
    def cells(self) -> list[NotebookNode]:
        """All cells."""
        return list(self.notebook.cells) if self.notebook else []

    @cached_property
    def outline(self) -> Outline:
        """Title, table and sections."""
        return outline([(cell.cell_type, cell.source) for cell in self.cells if NAVIGATION not in tags(cell)])

    def code(self) -> Iterator[tuple[int, NotebookNode]]:
        """Yield index and cell of every code cell that has any code."""
        for index, cell in enumerate(self.cells):
            if cell.cell_type == "code" and cell.source.strip():
                yield index, cell

    def prose(self) -> Iterator[tuple[int, NotebookNode]]:
        """Yield index and cell of every Markdown cell."""
        for index, cell in enumerate(self.cells):
            if cell.cell_type == "markdown":
                yield index, cell

    def violation(self, index: int | None, message: str) -> Violation:
        """Return a finding with the cell's number, id and first words."""
        if index is None:
            return Violation(self.path, None, "", "", message)
        cell = self.cells[index]
        return Violation(self.path, index + 1, cell.get("id", "no id"), first_words(cell.source), message)


Rule = Callable[[Book], Iterator[Finding]]


def tags(cell: NotebookNode) -> list[str]:
    """Return a cell's tags."""
    return list(cell.metadata.get("tags", []))


def slide_type(cell: NotebookNode) -> str | None:
    """Return a cell's part in the slides, None if it has none."""
    kind = cell.metadata.get("slideshow", {}).get("slide_type")
    return kind if isinstance(kind, str) else None


def first_words(text: str, limit: int = 40) -> str:
    """Return the beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[:limit].rsplit(" ", 1)[0] + " …"
