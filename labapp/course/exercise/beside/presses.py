"""What is had beside an outcome by the press of a button: hints, a solution, another check."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from labapp.course import kernel
from labapp.course.exercise.help import Hint, Solution
from labapp.course.exercise.outcome import Outcome
from labapp.course.exercise.question import Given
from labapp.course.exercise.running import describe
from labapp.front_end import live_output

if TYPE_CHECKING:
    from labapp.course.exercise.beside.buttons import Buttons

_TRIED = "Another try teaches more, and so does a hint. Show a solution?"
_UNTRIED = "Nothing of yours has been checked yet. Show a solution all the same?"
_PLAIN = "Here a running notebook has buttons for a hint, a solution and another check."
_AGAIN = "Checked again, with what your cells have defined when they last ran."
# One model for each question, so that every view of it, old and new, shows the same.
_shown: dict[tuple[str, int], Buttons] = {}


class _Exercise(Protocol):
    @property
    def lesson(self) -> str: ...
    def hint(self, number: int, /) -> Hint: ...
    def hints_had(self, number: int, /) -> Hint: ...
    def solution(self, number: int, /, *, anyway: bool) -> Solution: ...
    def was_tried(self, number: int, /) -> bool: ...
    def outcome(self, number: int, given: Given, /) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class Beside:
    """The buttons for one question of an exercise, whose check stands in a cell."""

    exercise: _Exercise
    number: int
    cell: str

    def below(self, outcome: Outcome) -> dict[str, Any]:
        """Return what stands below an outcome, for a notebook to display."""
        from labapp.course.exercise.beside.buttons import Buttons  # noqa: PLC0415 - slow to import

        key = self.exercise.lesson, self.number
        if key not in _shown:
            _shown[key] = Buttons(self._answer)
        _shown[key].answer = self._answer
        self._paint(_shown[key], outcome, "")
        return live_output(str(_shown[key].model_id), {"text/plain": _PLAIN})

    def _paint(self, buttons: Buttons, outcome: Outcome, html: str) -> None:
        had = self.exercise.hints_had(self.number)
        tried = self.exercise.was_tried(self.number)
        buttons.show(
            outcome=html,
            passed=outcome.passed,
            repeatable=call_in(self.cell, self.number) is not None,
            hints=had.html() if had.shown else "",
            had=len(had.shown),
            all=had.total,
            doubt="" if outcome.passed else _TRIED if tried else _UNTRIED,
        )

    def _answer(self, what: str) -> None:
        buttons = _shown[self.exercise.lesson, self.number]
        if what == "hint":
            hint = self.exercise.hint(self.number)
            buttons.show(hints=hint.html(), had=len(hint.shown))
            buttons.say(f"Hint {len(hint.shown)} of {hint.total} stands above.")
        elif what == "solution":
            buttons.show(code=self.exercise.solution(self.number, anyway=True).code)
            buttons.say("One solution of several stands above.")
        elif what == "again":
            kernel.between_cells(partial(self._check_again, buttons))

    def _check_again(self, buttons: Buttons) -> None:
        try:
            given = given_in(self.cell, self.number, kernel.names())
        except Exception as error:
            buttons.say(f"This cannot be checked from here: {describe(error)}. Run the cell again.")
            return
        outcome = self.exercise.outcome(self.number, given)
        # Its last row says what to type for a hint.
        self._paint(buttons, outcome, replace(outcome, hint="")._repr_html_())
        buttons.say(f"{_AGAIN} The outcome: {outcome.verdict.value}.")


def call_in(cell: str, number: int) -> ast.Call | None:
    """Return the one call in a cell that checks the answer to a question; None if there is not just one."""
    try:
        nodes = list(ast.walk(ast.parse(cell)))
    except SyntaxError:
        return None
    calls = [node for node in nodes if isinstance(node, ast.Call) and _checks(node, number)]
    return calls[0] if len(calls) == 1 else None


def _checks(call: ast.Call, number: int) -> bool:
    first = call.args[0] if call.args else None
    named = isinstance(call.func, ast.Attribute) and call.func.attr == "check"
    return named and isinstance(first, ast.Constant) and first.value == number


def given_in(cell: str, number: int, names: Mapping[str, Any]) -> Given:
    """Return what a cell would give to the check of a question now; raises what its words raise."""
    call = call_in(cell, number)
    assert call is not None
    again = ast.Call(ast.Name("Given", ast.Load()), call.args[1:], call.keywords)
    expression = ast.fix_missing_locations(ast.Expression(again))
    given = eval(compile(expression, "<check>", "eval"), {**names, "Given": Given})
    assert isinstance(given, Given)
    return given
