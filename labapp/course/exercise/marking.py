"""What each cell of an exercise.md is for: which question it answers or checks.

The code of a solution stands between marks (`markers`). The question it belongs to is that of the next
`exercise.check(k, …)`, under a heading `## k. What to do`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from labapp.course.exercise.markers import HIDDEN_TESTS, SOLUTION, MarkerError, Region, regions
from labapp.course.lesson import Cell, Draft, first_heading

_HEADING = re.compile(r"(\d+)\. (.+)")


@dataclass(slots=True)
class Marked:
    """A cell of an exercise.md, with what it is for."""

    cell: Cell
    regions: list[Region]
    question: int = 0
    """Whose answer or check it is; 0 for other cells."""
    title: str = ""
    part: int = 0
    """Which of the cells of an answer, from 1; 0 for other cells."""
    checks: bool = False
    locked: bool = False


def mark(draft: Draft) -> list[Marked]:
    """Tell for every cell what it is for; raise MarkerError for a draft that does not add up."""
    return _Reader(draft).read()


def parse(file: object, cell: Cell, text: str) -> ast.Module:
    """Return the syntax tree of a cell that says `text`, lines of magic read as `pass`; raise MarkerError."""
    if cell.kind != "code" or text.startswith("%%"):
        return ast.Module([], [])
    try:
        return ast.parse(re.sub(r"(?m)^( *)[%!].*", r"\1pass", text))
    except SyntaxError as error:
        when = "" if text == cell.text else " once its solution is cut out"
        line = min(error.lineno or 1, len(cell.text.split("\n"))) - 1
        raise MarkerError(file, cell, line, f"this is not Python{when}: {error.msg}") from None


class _Reader:
    """Reads the cells in order, and remembers which question they are about."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._file = draft.lesson.source
        self._heading = (0, "")
        self._pending: list[Marked] = []
        self._last = self._setups = 0

    def read(self) -> list[Marked]:
        """Return all cells, marked; raise MarkerError."""
        found = []
        for cell in self._draft.cells:
            marked = Marked(cell, regions(self._file, cell))
            found.append(marked)
            if cell.kind == "code":
                self._read_code(marked)
            elif numbered := _HEADING.fullmatch(first_heading(cell.text)[1]):
                self._heading = int(numbered[1]), numbered[2]
        if self._pending:
            self._refuse(self._pending[0], "no exercise.check(k, …) follows this solution")
        if not self._last or self._setups != 1:
            missing = "exercise.check(k, …)" if self._setups == 1 else self._setup
            self._refuse(found[0], f"this file has no, or more than one, {missing}")
        return found

    @property
    def _setup(self) -> str:
        return f'exercise = Exercise("{self._draft.lesson.name}")'

    def _read_code(self, marked: Marked) -> None:
        tree = parse(self._file, marked.cell, marked.cell.text)
        named = [ast.unparse(call.args[0]) for call in _calls(tree, "Exercise") if call.args]
        if named and named != [repr(self._draft.lesson.name)]:
            self._refuse(marked, f"write {self._setup}")
        self._setups += len(named)
        number = self._checked(marked, tree)
        marked.locked = bool(number or named)
        kinds = {region.kind for region in marked.regions}
        if number:
            self._read_check(marked, number, kinds)
        elif HIDDEN_TESTS in kinds:
            self._refuse(marked, "hidden tests belong into the cell of exercise.check")
        elif kinds:
            self._pending.append(marked)
            marked.part = len(self._pending)

    def _read_check(self, marked: Marked, number: int, kinds: set[str]) -> None:
        if SOLUTION in kinds:
            self._refuse(marked, "a solution and its check in one cell: the check's is locked")
        if number != self._last + 1:
            self._refuse(marked, f"question {number} follows {self._last}: number them 1, 2, 3, …")
        if self._heading[0] != number:
            self._refuse(marked, f'question {number} needs a heading "## {number}. What to do"')
        self._last, marked.checks = number, True
        for each in (*self._pending, marked):
            each.question, each.title = self._heading
        self._pending.clear()

    def _checked(self, marked: Marked, tree: ast.Module) -> int:
        """Return the question that a cell checks, 0 if none."""
        found = list(_calls(tree, "exercise.check"))
        if not found:
            return 0
        if len(found) > 1:
            self._refuse(marked, "a second check in one cell: give each its own", found[1].lineno - 1)
        first = found[0].args[0] if found[0].args else None
        if not (isinstance(first, ast.Constant) and type(first.value) is int and first.value > 0):
            self._refuse(marked, "write the question's number: exercise.check(1, …)", found[0].lineno - 1)
        return int(first.value)

    def _refuse(self, marked: Marked, problem: str, line: int = 0) -> NoReturn:
        raise MarkerError(self._file, marked.cell, line, problem)


def _calls(tree: ast.Module, name: str) -> Iterator[ast.Call]:
    """Yield the calls of `name` in a cell, in the order in which they are written."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == name:
            yield node
