"""Where the lessons lie, and the questions that each declares."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from pathlib import Path

import labapp
from labapp.course.exercise.question import Question

CHECKS = "checks.py"
SOURCE = "exercise.md"
_LESSON = re.compile(r"\d\d-[a-z0-9-]+")


class LessonError(Exception):
    """A lesson, or its exercises, cannot be found or read; says where it was looked for."""


def lessons_folder() -> Path:
    """Return the folder of the lessons: LABAPP_LESSONS, else that of the checkout around this process.

    Raises LessonError when there is none.
    """
    if named := os.environ.get("LABAPP_LESSONS"):
        return Path(named)
    here = Path.cwd()
    for place in (here, *here.parents, Path(labapp.__file__).parents[1]):
        folder = place / "lessons"
        if folder.is_dir() and any(folder.glob(f"[0-9][0-9]-*/{CHECKS}")):
            return folder
    raise LessonError(
        f"There are no lessons around {here}: open the notebook in the course's own folder, "
        "or name the folder of its lessons in LABAPP_LESSONS."
    )


def with_exercises(folder: Path) -> list[Path]:
    """Return the lessons in a folder that have exercises, in the order of the course."""
    return sorted(
        place.parent for place in folder.glob(f"*/{CHECKS}") if _LESSON.fullmatch(place.parent.name)
    )


def find(name: str, folder: Path) -> Path:
    """Return the folder of the lesson `name`; raise LessonError that lists those there are."""
    known = with_exercises(folder)
    for place in known:
        if place.name == name:
            return place
    names = ", ".join(place.name for place in known) or "none"
    raise LessonError(f"No lesson in {folder} is called {name!r} and has exercises. Those that do: {names}.")


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


def title(lesson: Path) -> str:
    """Return a lesson's title, or its name where there is no lesson.md yet."""
    source = lesson / "lesson.md"
    if source.is_file():
        for line in source.read_text(encoding="utf-8").splitlines():
            if line.startswith("# "):
                return line[2:].strip()
    return lesson.name
