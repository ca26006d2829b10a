"""Exercises that check themselves: what notebooks and `checks.py` import."""

from typing import TYPE_CHECKING

from labapp.course.exercise.answers import Answers
from labapp.course.exercise.asking import cases, configured, launched, returned, soon
from labapp.course.exercise.exercise import Exercise, progress
from labapp.course.exercise.lessons import questions
from labapp.course.exercise.outcome import Outcome, Verdict, expect, fail, same, shown, unattempted
from labapp.course.exercise.progress_table import ProgressTable, passed
from labapp.course.exercise.question import Given, Question, question
from labapp.door import door

if TYPE_CHECKING:
    from labapp.course.exercise.notebooks import compose_exercises

__all__ = [
    "Answers",
    "Exercise",
    "Given",
    "Outcome",
    "ProgressTable",
    "Question",
    "Verdict",
    "cases",
    "compose_exercises",
    "configured",
    "expect",
    "fail",
    "launched",
    "passed",
    "progress",
    "question",
    "questions",
    "returned",
    "same",
    "shown",
    "soon",
    "unattempted",
]

# Slow to import, and of no use in a lesson.
__getattr__ = door(__name__, notebooks="compose_exercises")
