"""Exercises that check themselves: what notebooks and `checks.py` import."""

from labapp.course.exercise.answers import Answers
from labapp.course.exercise.asking import cases, configured, launched, returned, soon
from labapp.course.exercise.exercise import Exercise, progress
from labapp.course.exercise.lessons import questions
from labapp.course.exercise.notebooks import compose_exercises
from labapp.course.exercise.outcome import Outcome, Verdict, expect, fail, same, shown, unattempted
from labapp.course.exercise.progress_table import Board
from labapp.course.exercise.question import Given, Question, question
from labapp.course.folders import LessonError

__all__ = [
    "Answers",
    "Board",
    "Exercise",
    "Given",
    "LessonError",
    "Outcome",
    "Question",
    "Verdict",
    "cases",
    "compose_exercises",
    "configured",
    "expect",
    "fail",
    "launched",
    "progress",
    "question",
    "questions",
    "returned",
    "same",
    "shown",
    "soon",
    "unattempted",
]
