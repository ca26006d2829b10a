"""The marks around solutions, in nbgrader's spelling, read strictly.

    ### BEGIN SOLUTION          ### BEGIN HIDDEN TESTS
    ### END SOLUTION            ### END HIDDEN TESTS

nbgrader takes any line that contains one of these for a mark, and passes over a misspelt one. Here a mark
stands alone on its line, and whatever looks like one and is none is an error that shows the cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from labapp.course.lesson import Cell, SourceError

SOLUTION = "SOLUTION"
HIDDEN_TESTS = "HIDDEN TESTS"
_KINDS = (SOLUTION, HIDDEN_TESTS)
_MARK = re.compile(r"( *)### (BEGIN|END) (SOLUTION|HIDDEN TESTS)")
_LIKE = re.compile(r"^\s*#+\s*(BEGIN|END)\b|(?i:\b(begin|end)[\s_-]+(solution|hidden[\s_-]+test)s?\b)")
_AROUND = 3


class MarkerError(SourceError):
    """A cell of an exercise is not marked as it should be; shows where, and the lines around."""

    def __init__(self, file: object, cell: Cell, line: int, problem: str) -> None:
        written = cell.text.split("\n")
        first, last = max(0, line - _AROUND), min(len(written), line + _AROUND + 1)
        shown = "\n".join(
            f"  {'>' if number == line else ' '} {cell.line + number:4}  {written[number]}".rstrip()
            for number in range(first, last)
        )
        super().__init__(f"{file}:{cell.line + line}: {problem}\n\n{shown}\n")


@dataclass(frozen=True, slots=True)
class Region:
    """The lines between two marks, and the marks themselves: from `begin` to `end`, both included."""

    kind: str
    begin: int
    end: int
    indent: str


def regions(file: object, cell: Cell) -> list[Region]:
    """Return the marked regions of a cell in order; raise MarkerError."""
    found: list[Region] = []
    begun: tuple[str, int, str] | None = None
    for number, line in enumerate(cell.text.split("\n")):
        mark = _MARK.fullmatch(line.rstrip())
        if not mark:
            if _LIKE.search(line):
                kinds = " or ".join(f'"### BEGIN {kind}", "### END {kind}"' for kind in _KINDS)
                raise MarkerError(file, cell, number, f"this is no mark: write {kinds}, alone on the line")
            continue
        indent, edge, kind = mark.groups()
        if cell.kind != "code":
            raise MarkerError(file, cell, number, "only code can be a solution: this is a cell of text")
        if edge == "BEGIN":
            if begun:
                raise MarkerError(file, cell, number, f'"### END {begun[0]}" is missing before this line')
            begun = kind, number, indent
            continue
        if not begun or begun[0] != kind:
            raise MarkerError(file, cell, number, f'there is no "### BEGIN {kind}" for this "### END {kind}"')
        if begun[2] != indent:
            raise MarkerError(file, cell, number, "the two marks are not indented alike")
        if number == begun[1] + 1:
            raise MarkerError(file, cell, number, "there is nothing between the two marks")
        found.append(Region(kind, begun[1], number, indent))
        begun = None
    if begun:
        raise MarkerError(file, cell, begun[1], f'there is no "### END {begun[0]}" for this line')
    return found


def cut(cell: Cell, found: list[Region], replacement: Callable[[Region], str]) -> str:
    """Return a cell's text with every region replaced; a region whose replacement is "" leaves no line."""
    lines = cell.text.split("\n")
    for region in reversed(found):
        new = replacement(region)
        lines[region.begin : region.end + 1] = [region.indent + new] if new else []
    return "\n".join(lines).rstrip("\n")


def without_marks(cell: Cell, found: list[Region]) -> str:
    """Return a cell's text with the regions kept and only the marks gone."""
    marks = {line for region in found for line in (region.begin, region.end)}
    return "\n".join(line for number, line in enumerate(cell.text.split("\n")) if number not in marks)
