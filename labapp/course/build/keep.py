"""Keeping the outputs that a new run only confirmed, so that a rebuild with no change is an empty diff."""

from __future__ import annotations

from nbformat import NotebookNode

from labapp.course.build.sanitise import Sanitiser
from labapp.course.contract import MEASUREMENT


def keep(built: NotebookNode, committed: NotebookNode, sanitiser: Sanitiser) -> int:
    """Put back into `built` each committed output that says the same; return how many cells' outputs changed.

    A measurement never repeats itself, so its committed output stays as long as no code up to it changed.
    """
    before = {cell.id: cell for cell in committed.cells if cell.cell_type == "code"}
    order = list(before)
    changed = number = 0
    untouched = True
    for cell in built.cells:
        if cell.cell_type != "code":
            continue
        old = before.get(cell.id)
        untouched = untouched and old is not None and order[number] == cell.id
        number += 1
        if old is None or old.execution_count is None:
            changed += 1
        elif sanitiser.same(cell.outputs, old.outputs) or (untouched and _measured_alike(cell, old)):
            cell.outputs = old.outputs
        else:
            changed += 1
    return changed


def _measured_alike(cell: NotebookNode, old: NotebookNode) -> bool:
    """Tell whether two runs of a measurement differ in nothing but their values."""
    return MEASUREMENT in cell.metadata.get("tags", []) and _shape(cell) == _shape(old)


def _shape(cell: NotebookNode) -> list[tuple[str, str, list[str]]]:
    return [
        (output.output_type, output.get("name", ""), sorted(output.get("data", {})))
        for output in cell.outputs
    ]
