"""The questions of a lesson: declared in checks.py, hinted at in hints.md, proved by answers.py."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

from labapp.course.exercise.answers import Answers
from labapp.course.exercise.question import Question
from labapp.course.folders import CHECKS, HINTS, LessonError

ANSWERS = "answers.py"
_QUESTION = re.compile(r"^## (\d+)$", re.MULTILINE)


def questions(lesson: Path) -> list[Question]:
    """Return what a lesson's checks.py declares, by number; raise LessonError if that is not 1, 2, 3, …"""
    try:
        module = _load(lesson, CHECKS)
    except FileNotFoundError:
        raise LessonError(f"{lesson} has no {CHECKS}: it has no exercises.") from None
    found = sorted(
        (value for value in vars(module).values() if isinstance(value, Question)),
        key=lambda question: question.number,
    )
    numbers = [question.number for question in found]
    if not found or numbers != list(range(1, len(found) + 1)):
        raise LessonError(
            f"{lesson / CHECKS} declares questions {numbers}: they are to be numbered 1, 2, 3, …"
        )
    for question in found:
        question.hints = question.hints or hints(lesson).get(question.number, ())
        if not question.hints:
            raise LessonError(f"{lesson / HINTS} has no hint for question {question.number}")
    return found


def hints(lesson: Path) -> dict[int, tuple[str, ...]]:
    """Return the hints in a lesson's hints.md, by question: a heading `## 3`, then a list."""
    if not (lesson / HINTS).is_file():
        return {}
    parts = _QUESTION.split((lesson / HINTS).read_text(encoding="utf-8"))
    return {int(number): _items(text) for number, text in zip(parts[1::2], parts[2::2], strict=True)}


def _items(text: str) -> tuple[str, ...]:
    """Return the items of a list, each as one line."""
    return tuple(" ".join(item.split()) for item in re.split(r"^- ", text, flags=re.MULTILINE)[1:])


def answers(lesson: Path) -> dict[int, Answers]:
    """Return what a lesson's answers.py declares, by question; raise LessonError for two of one question.

    What checks.py defines it imports by `from checks import …`.
    """
    before = sys.modules.get("checks")
    sys.modules["checks"] = sys.modules.get(_module_name(lesson, CHECKS)) or _load(lesson, CHECKS)
    try:
        module = _load(lesson, ANSWERS)
    finally:
        del sys.modules["checks"]
        if before:
            sys.modules["checks"] = before
    declared = [value for value in vars(module).values() if isinstance(value, Answers)]
    numbers = sorted(each.number for each in declared)
    if len(set(numbers)) < len(numbers):
        raise LessonError(f"{lesson / ANSWERS} declares answers to questions {numbers}, and not once to each")
    for each in declared:
        if each.undecorated:
            where = f"{lesson / ANSWERS}, question {each.number}"
            raise LessonError(f"{where}: no answer follows the message {each.undecorated[0]!r}")
    return {each.number: each for each in declared}


def _load(lesson: Path, part: str) -> ModuleType:
    name = _module_name(lesson, part)
    spec = importlib.util.spec_from_file_location(name, lesson / part)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Dataclasses and pickles in it look their module up by name.
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _module_name(lesson: Path, part: str) -> str:
    return re.sub(r"\W", "_", f"lesson_{part.removesuffix('.py')}_{lesson.parent.parent.name}_{lesson.name}")
