"""Where the lessons lie, as a notebook finds them."""

from __future__ import annotations

import os
import re
from pathlib import Path

import labapp

# The parts of a lesson, as files of its folder.
LESSON = "lesson.md"
EXERCISE = "exercise.md"
CHECKS = "checks.py"
HINTS = "hints.md"
QUIZ = "quiz.md"
# Of the whole course, beside the folders of its lessons.
GLOSSARY = "glossary.md"

_LESSON = re.compile(r"\d\d-[a-z0-9-]+")


class LessonError(Exception):
    """A lesson, or a part of it, cannot be found or read; says where it was looked for."""


def lessons_folder() -> Path:
    """Return the folder of the lessons: LABAPP_LESSONS, else that of the checkout around this process.

    Raises LessonError when there is none.
    """
    if named := os.environ.get("LABAPP_LESSONS"):
        return Path(named)
    here = Path.cwd()
    for place in (here, *here.parents, Path(labapp.__file__).parents[1]):
        folder = place / "lessons"
        if folder.is_dir() and any(folder.glob("[0-9][0-9]-*/*.md")):
            return folder
    raise LessonError(
        f"There are no lessons around {here}: open the notebook in the course's own folder, "
        "or name the folder of its lessons in LABAPP_LESSONS."
    )


def lessons_with(part: str, folder: Path) -> list[Path]:
    """Return the lessons in a folder that have a file called `part`, in the order of the course."""
    found = (path.parent for path in folder.glob(f"*/{part}"))
    return sorted(place for place in found if _LESSON.fullmatch(place.name))


def find(name: str, part: str, folder: Path) -> Path:
    """Return the folder of the lesson `name`; raise LessonError, listing those that have a file `part`."""
    known = lessons_with(part, folder)
    for place in known:
        if place.name == name:
            return place
    names = ", ".join(place.name for place in known) or "none"
    raise LessonError(f"No lesson in {folder} is called {name!r} and has a {part}. Those that do: {names}.")


def title(lesson: Path) -> str:
    """Return a lesson's title, or its name where there is no lesson.md yet."""
    source = lesson / LESSON
    if source.is_file():
        for line in source.read_text(encoding="utf-8").splitlines():
            if line.startswith("# "):
                return line[2:].strip()
    return lesson.name
