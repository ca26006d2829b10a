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

from labapp import lab
from labapp.course.exercise.answers import Answer
from labapp.course.exercise.markers import MarkerError, cut, without_marks
from labapp.course.exercise.marking import Marked, mark, parse
from labapp.course.exercise.needed import bound, needed, used, variables
from labapp.course.exercise.notebooks import without_solution
from labapp.course.exercise.question import Given
from labapp.course.exercise.running import Leftovers, describe, is_stub
from labapp.course.lesson import Lesson, first_heading, read

_GRACE = 1.0
_QUESTION = 2
"""The level of a question's heading."""


class AnswerError(Exception):
    """A declared answer cannot be given: says whose it is, and why."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """The cells that belong to a question."""

    earlier: list[Marked]
    """What stands above its heading, checks apart."""
    own: list[Marked]
    """What stands between its heading and its check, the answer apart."""
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
        if answer and answer.value:
            if len(asked.call.args) != 2:
                raise AnswerError(f"{ast.unparse(asked.call)} takes more than a function: declare a text")
            yield Given(answer.value)
        else:
            with self._run(asked, self._text(asked, answer)) as given:
                yield given

    def _asked(self, number: int) -> _Asked:
        checks = {each.question: place for place, each in enumerate(self._marked) if each.checks}
        if number not in checks:
            raise AnswerError(f"{self._source} does not ask question {number}")
        place = checks[number]
        *_, heading = (at for at in range(place) if first_heading(self._marked[at].cell.text)[0] == _QUESTION)
        earlier, own = (
            [each for each in cells if each.cell.kind == "code" and not each.checks]
            for cells in (self._marked[:heading], self._marked[heading:place])
        )
        [answer] = [each for each in own if each.part]
        [call] = [
            node
            for node in ast.walk(self._parse(self._marked[place], self._marked[place].cell.text))
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "exercise.check"
        ]
        return _Asked(earlier, [each for each in own if each is not answer], answer, call)

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
                    wanted = used(answer) | used(check) - {"exercise"} - bound(answer)
                    self._run_before(asked, wanted, space)
                    self._execute(asked.answer, text, answer.body, space)
                yield eval(compile(check, "<check>", "eval"), space)
            finally:
                made = list(space.values())
                for server in (each for each in made if isinstance(each, lab.Server)):
                    server.stop(timeout=_GRACE)
                for folder in (each for each in made if isinstance(each, TemporaryDirectory)):
                    folder.cleanup()

    def _run_before(self, asked: _Asked, wanted: set[str], space: dict[str, Any]) -> None:
        """Run what stands above the answer, as far as the answer and its check depend on it.

        The others demonstrate something, and take time. What its own section has made may be changed there by
        any line; of other sections, what they leave of their definitions is enough.
        """
        cells = [(each, without_marks(each.cell, each.regions)) for each in (*asked.earlier, *asked.own)]
        trees = [self._parse(each, text) for each, text in cells]
        every = [statement for tree in trees for statement in tree.body]
        own = [statement for tree in trees[len(asked.earlier) :] for statement in tree.body]
        whole = own if wanted & variables(own) else []
        kept = {id(each) for each in (*needed(every, wanted.union(*map(used, whole))), *whole)}
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
