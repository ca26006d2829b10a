"""The questions that a lesson's checks.py declares."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

from labapp.course.exercise.question import Question
from labapp.course.folders import LessonError

CHECKS = "checks.py"
SOURCE = "exercise.md"


def questions(lesson: Path) -> list[Question]:
    """Return what a lesson's checks.py declares, by number; raise LessonError if that is not 1, 2, 3, …"""
    path = lesson / CHECKS
    module_name = "lesson_checks_" + re.sub(r"\W", "_", f"{lesson.parent.parent.name}_{lesson.name}")
    spec = importlib.util.spec_from_file_location(module_name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Dataclasses and pickles in it look their module up by name.
    sys.modules[module_name] = module
    try:
        spec.loader.exec_module(module)
    except FileNotFoundError:
        raise LessonError(f"{lesson} has no {CHECKS}: it has no exercises.") from None
    found = sorted(
        (value for value in vars(module).values() if isinstance(value, Question)),
        key=lambda question: question.number,
    )
    numbers = [question.number for question in found]
    if not found or numbers != list(range(1, len(found) + 1)):
        raise LessonError(f"{path} declares questions {numbers}: they are to be numbered 1, 2, 3, …")
    return found
