"""Exercises that check themselves: what notebooks and `checks.py` import."""

from labapp.course.exercise.exercise import Exercise, progress
from labapp.course.exercise.outcome import Outcome, Verdict, expect, fail, same, shown, unattempted
from labapp.course.exercise.progress_table import Board
from labapp.course.exercise.question import Given, Question, question
from labapp.course.folders import LessonError

__all__ = [
    "Board",
    "Exercise",
    "Given",
    "LessonError",
    "Outcome",
    "Question",
    "Verdict",
    "expect",
    "fail",
    "progress",
    "question",
    "same",
    "shown",
    "unattempted",
]
