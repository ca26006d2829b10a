"""An exercise.md as a learner works through it: its cells run, with one answer or another in their place."""

from __future__ import annotations

import ast
import io
import linecache
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent, indent
from typing import Any

from labapp.course.exercise.answers import Answer
from labapp.course.exercise.learner_frames import describe
from labapp.course.exercise.leftovers import Leftovers
from labapp.course.exercise.markers import MarkerError, cut, without_marks
from labapp.course.exercise.marking import Marked, mark, parse
from labapp.course.exercise.needed import names, needed
from labapp.course.exercise.notebooks import without_solution
from labapp.course.exercise.question import Given
from labapp.course.exercise.run import is_stub
from labapp.course.source import Lesson, read


class AnswerError(Exception):
    """A declared answer cannot be given: says whose it is, and why."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """The cells that belong to a question."""

    before: list[Marked]
    """Whatever stands above its check, its own answer and all checks apart."""
    answer: Marked
    call: ast.Call
    """`exercise.check(1, …)`."""


class _Exercise:
    """Stands for the notebook's `exercise`, and hands on what it is asked to check."""

    @staticmethod
    def check(_number: int, /, *answer: Any, **named: Any) -> Given:
        return Given(*answer, **named)


class Workbook:
    """The exercises of one lesson, to be answered; raises SourceError if its exercise.md does not add up."""

    def __init__(self, source: Path) -> None:
        self._source = source
        self._marked = mark(read(Lesson(source.parent.name, source, source)))

    def solution(self, number: int) -> str:
        """Return the text of a question's answer cell with the solution, without the marks."""
        answer = self._asked(number).answer
        return without_marks(answer.cell, answer.regions)

    @contextmanager
    def given(self, number: int, answer: Answer | None) -> Iterator[Given]:
        """Run the cells with this answer, with none as they are handed out; hold what the check is passed.

        Raises AnswerError for an answer that cannot be given.
        """
        asked = self._asked(number)
        if answer and answer.build:
            with answer.build() as given:
                yield given
        elif answer and answer.value:
            if len(asked.call.args) != 2:
                raise AnswerError(f"{ast.unparse(asked.call)} takes more than a function: declare a text")
            yield Given(answer.value)
        else:
            with self._run(asked, self._text(asked, answer)) as given:
                yield given

    def _asked(self, number: int) -> _Asked:
        code = [each for each in self._marked if each.cell.kind == "code"]
        check = next((each for each in code if each.checks and each.question == number), None)
        if check is None:
            raise AnswerError(f"{self._source} does not ask question {number}")
        above = [each for each in code[: code.index(check)] if not each.checks]
        [answer] = [each for each in above if each.question == number]
        [call] = [
            node
            for node in ast.walk(self._parse(check, check.cell.text))
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "exercise.check"
        ]
        return _Asked([each for each in above if each is not answer], answer, call)

    def _text(self, asked: _Asked, answer: Answer | None) -> str:
        """Return the answer cell with this answer in it."""
        cell, regions = asked.answer.cell, asked.answer.regions
        if answer is None:
            return without_solution(asked.answer, self._source.parent.name).text
        if answer.text:
            text = dedent(answer.text).strip("\n")
            return cut(cell, regions, lambda region: indent(text, region.indent).lstrip())
        solution = changed = without_marks(cell, regions)
        for old, new in answer.changes:
            if (count := solution.count(old)) != 1:
                times = f"{count} times" if count else "nowhere"
                raise AnswerError(f"{old!r} stands {times} in the solution of {self._source}, and not once")
            if changed.count(old) != 1:
                raise AnswerError(f"{old!r} is touched by the changes before it: give one change")
            changed = changed.replace(old, new)
        return changed

    @contextmanager
    def _run(self, asked: _Asked, text: str) -> Iterator[Given]:
        answer, check = self._parse(asked.answer, text), ast.Expression(asked.call)
        space: dict[str, Any] = {"__name__": "answer", "exercise": _Exercise}
        with Leftovers(), chdir(self._source.parents[1]):
            try:
                with redirect_stdout(io.StringIO()):
                    self._run_before(asked, names(answer) | names(check) - {"exercise"}, space)
                    self._execute(asked.answer, text, answer.body, space)
                yield eval(compile(check, "<check>", "eval"), space)
            finally:
                for value in space.values():
                    if isinstance(value, TemporaryDirectory):
                        value.cleanup()

    def _run_before(self, asked: _Asked, wanted: set[str], space: dict[str, Any]) -> None:
        """Run what stands above the answer, as far as the answer and its check depend on it."""
        cells = [(each, without_marks(each.cell, each.regions)) for each in asked.before]
        trees = [self._parse(each, text) for each, text in cells]
        kept = {id(each) for each in needed([each for tree in trees for each in tree.body], wanted)}
        for (each, text), tree in zip(cells, trees, strict=True):
            self._execute(each, text, [statement for statement in tree.body if id(statement) in kept], space)

    def _execute(self, marked: Marked, text: str, statements: list[ast.stmt], space: dict[str, Any]) -> None:
        # To those who tell where a line stands, what is in angle brackets is a cell.
        name = f"<{self._source.parent.name}/{self._source.name}:{marked.cell.line}>"
        # Tracebacks show its lines, and checks look up the source of a function in it.
        linecache.cache[name] = len(text), None, text.splitlines(keepends=True), name
        try:
            exec(compile(ast.Module(statements, []), name, "exec"), space)
        except Exception as error:
            if not is_stub(error):
                raise AnswerError(f"its cell raises {describe(error)}") from error

    def _parse(self, marked: Marked, text: str) -> ast.Module:
        try:
            return parse(self._source, marked.cell, text)
        except MarkerError:
            raise AnswerError(f"this is not Python:\n{text}") from None
