"""What a lesson has in its hand: `quiz = Quiz("04-gunicorn-prefork")`."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from labapp.course import kernel
from labapp.course.folders import QUIZ, LessonError, find, lessons_folder
from labapp.course.quiz import static
from labapp.course.quiz.comparison import Comparison, Value
from labapp.course.quiz.question import Prediction, Question, State
from labapp.course.quiz.source import read_questions
from labapp.course.state import open_state
from labapp.front_end import live_output

if TYPE_CHECKING:
    from labapp.course.quiz.form import Form

_KEY = "quiz"
ON_ITS_WAY = 0.3  # Seconds for which a prediction made just before the cell that compares may be.
# One model for each question, so that every view of it, old and new, shows the same.
_forms: dict[tuple[str, str], Form] = {}


@dataclass(frozen=True, slots=True, repr=False)
class Quiz:
    """The questions of a lesson, from its quiz.md; answers are remembered, on this machine only.

    Raises LessonError when no lesson of that name has a quiz, or the quiz cannot be read.
    """

    lesson: str
    _questions: dict[str, Question] = field(init=False)

    def __post_init__(self) -> None:
        folder = find(self.lesson, QUIZ, lessons_folder())
        object.__setattr__(self, "_questions", read_questions(folder / QUIZ))

    def __call__(self, name: str, /) -> Asked:
        """Ask a question; raise LessonError if the lesson has none of that name."""
        if form := _forms.get((self.lesson, name)):
            form.measured = ""
        return Asked(self.lesson, self._question(name))

    def compare(self, name: str, measured: Value, /) -> Comparison:
        """Show what was predicted beside what was measured; raise LessonError where nothing was asked."""
        question = self._question(name)
        if not isinstance(question, Prediction):
            raise LessonError(f"{name!r} of lesson {self.lesson} has answers: there is nothing to compare.")
        predicted = self._predicted(question)
        comparison = Comparison(question, predicted, measured)
        # Who has not predicted yet still may: the question does not tell the answer.
        if predicted is not None and (form := _forms.get((self.lesson, name))):
            form.measured = comparison.summary
        return comparison

    def _predicted(self, question: Prediction) -> Value | None:
        """Return what was predicted; wait for what may be on its way, where it is on one of its own."""
        deadline = time.monotonic() + ON_ITS_WAY
        while True:
            predicted = question.restore(kept(self.lesson, question.name)).get("value")
            asked = (self.lesson, question.name) in _forms
            if predicted is not None or not asked or not kernel.hears_beside_cells():
                return predicted
            if time.monotonic() > deadline:
                return None
            time.sleep(0.01)

    def __repr__(self) -> str:
        return f"Quiz of lesson {self.lesson}: {', '.join(self._questions)}"

    def _question(self, name: str) -> Question:
        try:
            return self._questions[name]
        except KeyError:
            raise LessonError(f"{self!r}. There is no {name!r}.") from None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, live where there is a kernel and a browser, on paper elsewhere."""

    lesson: str
    question: Question

    def __str__(self) -> str:
        return static.text(self.question)

    __repr__ = __str__

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        paper = {"text/plain": str(self), "text/html": static.html(self.question)}
        return live_output(str(self.form().model_id), paper) if kernel.in_a_kernel() else paper

    def form(self) -> Form:
        """Return the model of the live form, the same one each time the same question is asked."""
        from labapp.course.quiz.form import Form  # noqa: PLC0415 - slow to import

        key = self.lesson, self.question.name
        spec = self.question.spec()
        form = _forms.get(key)
        if form is None or form.spec != spec:
            if form is not None:
                form.close()
            form = _forms[key] = Form(spec, self.question.restore(kept(*key)), self._keep)
        return form

    def _keep(self, state: State) -> None:
        def apply(record: dict[str, Any]) -> None:
            answers = record.get(_KEY)
            if not isinstance(answers, dict):
                answers = record[_KEY] = {}
            answers[self.question.name] = self.question.store(state)

        open_state().change(self.lesson, apply)


def kept(lesson: str, name: str) -> State:
    """Return what is remembered of a question, {} if nothing is."""
    answers = open_state().lesson(lesson).get(_KEY)
    found = answers.get(name) if isinstance(answers, dict) else None
    return found if isinstance(found, dict) else {}
