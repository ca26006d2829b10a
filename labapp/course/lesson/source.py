"""Lessons as they are written: MyST notebook text, one folder per lesson."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupytext.myst import MystMetadataParsingError, myst_to_notebook
from nbformat import ValidationError

from labapp.course.folders import LESSON

_NAME = re.compile(r"\d\d-[a-z0-9]+(-[a-z0-9]+)*")
_HEADING = re.compile(r"#{1,3} ")
_FENCE = re.compile(r" {0,3}(```+|~~~+)")
# Said anew for every notebook: what the author's own tools leave in the front matter has no say.
_OURS = ("jupytext", "jupyter", "kernelspec", "language_info", "source_map")


class SourceError(Exception):
    """A lesson's text cannot be read; names the file and, where known, the line."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson: the text it is written in and the notebook built from it."""

    name: str
    source: Path
    target: Path


@dataclass(slots=True)
class Cell:
    """A cell as written; `line` is the line of the source (from 1) on which its text begins."""

    kind: str
    text: str
    line: int
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def tags(self) -> list[str]:
        """The cell's tags."""
        return list(self.metadata.get("tags", []))


@dataclass(slots=True)
class Draft:
    """A lesson's cells, before anything is derived or executed."""

    lesson: Lesson
    cells: list[Cell]
    metadata: dict[str, Any]


def find_lessons(root: Path) -> list[Lesson]:
    """Return the lessons under `root`/lessons in course order; raise SourceError if there is no folder."""
    folder = root / "lessons"
    if not folder.is_dir():
        raise SourceError(f"no lessons/ in {root}: run this in the course's checkout, or name it with --root")
    return [
        Lesson(place.name, place / LESSON, root / "notebooks" / f"{place.name}.ipynb")
        for place in sorted(folder.iterdir())
        if _NAME.fullmatch(place.name) and (place / LESSON).is_file()
    ]


def read(lesson: Lesson) -> Draft:
    """Read a lesson's text; raise SourceError if it is not a MyST notebook."""
    try:
        notebook = myst_to_notebook(lesson.source.read_text(encoding="utf-8"), add_source_map=True)
    except (MystMetadataParsingError, ValidationError, ValueError) as error:
        raise SourceError(f"{lesson.source}: {error}") from error
    written = lesson.source.read_text(encoding="utf-8").splitlines()
    cells: list[Cell] = []
    for cell, start in zip(notebook.cells, notebook.metadata["source_map"], strict=True):
        first = _first_line(written, start, cell.source)
        whole = Cell(cell.cell_type, cell.source, first, _plain(cell.metadata))
        cells += split_at_headings(whole) if cell.cell_type == "markdown" else [whole]
    if not cells:
        raise SourceError(f"{lesson.source} is empty")
    metadata = {key: value for key, value in _plain(notebook.metadata).items() if key not in _OURS}
    return Draft(lesson, cells, metadata)


def split_at_headings(cell: Cell) -> list[Cell]:
    """Split a markdown cell before each heading of level 1 to 3, since every heading starts a slide.

    The cell's metadata stays with the first piece.
    """
    lines = cell.text.split("\n")
    starts, fence = [0], ""
    for number, line in enumerate(lines):
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence) and not line.strip().strip(fence[0]):
            fence = ""
        elif number and not fence and _HEADING.match(line):
            starts.append(number)
    pieces: list[Cell] = []
    for begin, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        text = "\n".join(lines[begin:end]).rstrip()
        if text:
            pieces.append(Cell(cell.kind, text, cell.line + begin, {} if pieces else cell.metadata))
    return pieces


def _first_line(written: list[str], start: int, text: str) -> int:
    """Return the line (from 1) at or after index `start` on which `text` begins, after any options."""
    opening = text.split("\n", 1)[0]
    for index in range(start, len(written)):
        if written[index] == opening:
            return index + 1
    return start + 1


def _plain(node: Any) -> Any:
    """Return notebook nodes as plain dictionaries and lists."""
    if isinstance(node, dict):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    return node
