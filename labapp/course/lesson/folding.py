"""Sections that a reader may leave out are folded until somebody opens them."""

from __future__ import annotations

from collections.abc import Iterable

from labapp.course.lesson.source import Cell
from labapp.course.lesson.structure import OPTIONAL, first_heading

# By this JupyterLab knows a folded heading; *Run All Cells* runs what is below it all the same.
FOLDED = "jp-MarkdownHeadingCollapsed"


def fold(cells: Iterable[Cell]) -> None:
    """Fold every section whose heading ends in `(optional)`; the cell with the heading stays in sight."""
    for cell in cells:
        if cell.kind == "markdown" and first_heading(cell.text)[1].endswith(OPTIONAL):
            cell.metadata = {**cell.metadata, FOLDED: True}
