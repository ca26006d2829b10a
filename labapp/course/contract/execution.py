"""Every cell ran, in order, and shows what it said; measurements are few and assert their claim."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from labapp.course.contract.book import Book, Finding, tags
from labapp.course.contract.code import parse

MEASUREMENT = "nbval-ignore-output"
EXPECTED_ERROR = "raises-exception"
_SKIPPED = ("nbval-skip", "skip-execution")
_COMMENT_MARKER = re.compile(r"^\s*#+\s*(NBVAL_\w+|PYTEST_VALIDATE_IGNORE_OUTPUT)\s*$", re.MULTILINE)
_MOST_MEASUREMENTS = 0.1


def every_cell_ran_in_order(book: Book) -> Iterator[Finding]:
    """Execution counts run from 1 without a gap: nbval accepts a cell that never ran."""
    for expected, (index, cell) in enumerate(book.code(), start=1):
        if cell.execution_count is None:
            yield index, "was never executed"
        elif cell.execution_count != expected:
            yield index, f"has execution count {cell.execution_count} where {expected} is due"


def errors_are_announced(book: Book) -> Iterator[Finding]:
    """A cell shows an error if and only if it is tagged `raises-exception`."""
    for index, cell in book.code():
        errors = [output.ename for output in cell.outputs if output.output_type == "error"]
        if errors and EXPECTED_ERROR not in tags(cell):
            yield index, f"shows {errors[0]} and is not tagged {EXPECTED_ERROR}"
        if EXPECTED_ERROR in tags(cell) and not errors:
            yield index, f"is tagged {EXPECTED_ERROR} and shows no error"


def measurements_are_few_and_asserted(book: Book) -> Iterator[Finding]:
    """At most a tenth of the code cells (or one) is tagged `nbval-ignore-output`; each asserts its claim.

    The assertion may stand in the next code cell.
    """
    cells = list(book.code())
    measured = [place for place, (_, cell) in enumerate(cells) if MEASUREMENT in tags(cell)]
    for place in measured:
        if not any(_asserts(cell.source) for _, cell in cells[place : place + 2]):
            yield (
                cells[place][0],
                f"is tagged {MEASUREMENT}; neither it nor the next code cell asserts anything",
            )
    most = max(1, int(len(cells) * _MOST_MEASUREMENTS))
    if len(measured) > most:
        yield (
            cells[measured[most]][0],
            f"is one of {len(measured)} tagged {MEASUREMENT}; of {len(cells)} code cells {most} may be",
        )


def nothing_is_skipped(book: Book) -> Iterator[Finding]:
    """No cell is kept from running, and nbval is told by tags alone: learners read comments."""
    for index, cell in book.code():
        for tag in set(tags(cell)).intersection(_SKIPPED):
            yield index, f"is tagged {tag}: it would never be verified"
        marker = _COMMENT_MARKER.search(cell.source)
        if marker:
            yield index, f"has the comment {marker[1]}: use a tag"


def _asserts(source: str) -> bool:
    tree = parse(source)
    return tree is not None and any(isinstance(node, ast.Assert) for node in ast.walk(tree))
