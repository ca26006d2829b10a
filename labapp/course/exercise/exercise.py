"""What an exercise notebook has in its hand: `exercise = Exercise("04-gunicorn-prefork")`."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from labapp.course import folders, kernel
from labapp.course.exercise import lessons
from labapp.course.exercise.beside import Beside
from labapp.course.exercise.help import Hint, Solution
from labapp.course.exercise.outcome import Outcome
from labapp.course.exercise.progress_table import ProgressTable, note, progress_table, tried
from labapp.course.exercise.question import Given, Question
from labapp.course.exercise.running import run
from labapp.course.lesson import anchor
from labapp.course.state import open_state


class NotPassedError(AssertionError):
    """An answer that does not pass, where a grader and not a learner is reading."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


@dataclass(frozen=True, slots=True, repr=False)
class Exercise:
    """The exercises of one lesson: check an answer, ask for a hint, see the solution, see what is done.

    Raises LessonError when no lesson of that name has exercises.
    """

    lesson: str
    _questions: dict[int, Question] = field(init=False)
    _hinted: dict[int, int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        found = lessons.questions(self._folder)
        object.__setattr__(self, "_questions", {question.number: question for question in found})

    def check(self, number: int, /, *answer: Any, **named: Any) -> Outcome:
        """Check the answer to question `number`: pass, fail, error or unattempted.

        Raises ValueError for a question that is not there, TypeError for arguments that it does not take, and
        NotPassedError when nbgrader runs the notebook and the answer is not right.
        """
        outcome = self.outcome(number, Given(*answer, **named))
        if os.environ.get("NBGRADER_EXECUTION"):
            if not outcome.passed:
                raise NotPassedError(str(outcome))
        elif kernel.in_a_kernel() and not outcome.passed:
            outcome = replace(outcome, beside=Beside(self, number, kernel.this_cell()).below)
        return outcome

    def outcome(self, number: int, given: Given, /) -> Outcome:
        """Check what is given for question `number`, and note how that ended."""
        question = self._question(number)
        outcome = run(question, given)
        state = open_state()
        trouble = state.trouble
        state.change(self.lesson, lambda record: note(record, number, outcome.verdict))
        return replace(
            outcome,
            label=self._label(number),
            section=question.section,
            link=f"../notebooks/{self.lesson}.ipynb#{quote(anchor(question.section))}",
            hint=f"exercise.hint({number})",
        ).noting("" if state.trouble == trouble else state.trouble)

    def hint(self, number: int, which: int | None = None, /) -> Hint:
        """Show the next hint for a question, with those before it; or hint `which`, counted from 1."""
        hints = self._question(number).hints
        shown = self._hinted.get(number, 0) + 1 if which is None else which
        self._hinted[number] = max(1, min(shown, len(hints)))
        return self.hints_had(number)

    def hints_had(self, number: int, /) -> Hint:
        """Show the hints for a question that have been asked for, if any."""
        hints = self._question(number).hints
        return Hint(self._label(number), number, hints[: self._hinted.get(number, 0)], len(hints))

    def solution(self, number: int, /, *, anyway: bool = False) -> Solution:
        """Show a solution, once the question has been tried; `anyway=True` insists."""
        self._question(number)
        if not anyway and not self.was_tried(number):
            return Solution(self._label(number), number, "")
        from labapp.course.exercise.notebooks import solution_of  # noqa: PLC0415 - slow to import, rarely asked for

        return Solution(self._label(number), number, solution_of(self._folder / folders.EXERCISE, number))

    def was_tried(self, number: int, /) -> bool:
        """Tell whether an answer to a question has been checked."""
        return number in tried(open_state().lesson(self.lesson))

    def progress(self) -> ProgressTable:
        """Show what is done, in this lesson and in the others."""
        return progress_table(folders.lessons_folder(), open_state(), self.lesson)

    def __repr__(self) -> str:
        count = len(self._questions)
        return f"Exercises of lesson {self.lesson}: {count} question{'s' if count > 1 else ''}"

    @property
    def _folder(self) -> Path:
        return folders.find(self.lesson, folders.CHECKS, folders.lessons_folder())

    def _question(self, number: int) -> Question:
        try:
            return self._questions[number]
        except KeyError:
            raise ValueError(f"{self!r}, from 1 to {len(self._questions)}; there is no {number!r}") from None

    def _label(self, number: int) -> str:
        return f"{self.lesson[:2]}.{number}"


def progress() -> ProgressTable:
    """Show what is done of the exercises of all lessons."""
    return progress_table(folders.lessons_folder(), open_state())
