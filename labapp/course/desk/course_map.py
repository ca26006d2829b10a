"""The map of the course: its lessons, their minutes, and how far a learner has come."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from labapp.course.exercise import passed
from labapp.course.folders import EXERCISE, LESSON, LessonError, lessons_with
from labapp.course.lesson import Outline, outline
from labapp.course.state import Record, State

NOTEBOOKS = "notebooks"
# The lesson with which JupyterLab begins a show (`python -m labapp present`).
PRESENT = "LABAPP_PRESENT"
_KINDS = {"lesson": NOTEBOOKS, "exercises": "exercises", "solutions": "solutions"}
_KEY = "visit"
_PART = re.compile(r"^(?=#{1,3} )|^\+\+\+.*$", re.MULTILINE)
_CODE = re.compile(r"^```\{code-cell\}", re.MULTILINE)
_QUESTION = re.compile(r"^## \d+\. ", re.MULTILINE)


def find_course(served: Path) -> Path | None:
    """Return the folder of the course: the one that Jupyter serves, or one that lies in it."""
    with_lessons = (
        folder
        for folder in (served, *sorted(path for path in served.glob("[!.]*/") if path.is_dir()))
        if (folder / NOTEBOOKS).is_dir() and lessons_with(LESSON, folder / "lessons")
    )
    return next(with_lessons, None)


def course_map(served: Path, state: State) -> dict[str, Any]:
    """Return the lessons in order and the notebook that was visited last, paths as Jupyter knows them."""
    course = find_course(served)
    if course is None:
        return {"lessons": [], "last": None, "glossary": None, "present": None, "trouble": ""}
    lessons = [_lesson(place, course, served, state) for place in lessons_with(LESSON, course / "lessons")]
    visits = [lesson["visit"] for lesson in lessons if lesson["visit"].get("path")]
    last = max(visits, key=lambda visit: visit["at"], default=None)
    asked = os.environ.get(PRESENT)
    present = next((lesson["paths"]["lesson"] for lesson in lessons if lesson["name"] == asked), None)
    glossary = _path(course / NOTEBOOKS / "glossary.ipynb", served)
    return {
        "lessons": lessons,
        "last": last,
        "glossary": glossary,
        "present": present,
        "trouble": state.trouble,
    }


def note_visit(served: Path, state: State, path: str, heading: str = "", ran: Iterable[str] = ()) -> None:
    """Note where a learner is, and which cells of code have been run there.

    Raises LessonError if `path` is no notebook of the course.
    """
    name, kind = notebook_at(served, path)

    def apply(record: Record) -> None:
        before = record.get(_KEY)
        visit = before if isinstance(before, dict) else {}
        known = visit.get("ran")
        cells = {*(known if isinstance(known, list) else []), *(ran if kind == NOTEBOOKS else [])}
        record[_KEY] = {"path": path, "heading": heading, "at": time.time(), "ran": sorted(cells)}

    state.change(name, apply)


def notebook_at(served: Path, path: str) -> tuple[str, str]:
    """Return the lesson and the folder of a notebook of the course; raise LessonError for any other."""
    course = find_course(served)
    parts = PurePosixPath(path)
    kind = parts.parent.name
    if course and kind in _KINDS.values() and parts.suffix == ".ipynb":
        known = {place.name for place in lessons_with(LESSON, course / "lessons")}
        if parts.stem in known and (served / parts.parent.parent).resolve() == course.resolve():
            return parts.stem, kind
    raise LessonError(f"{path} is no lesson of the course, nor the exercises or the solutions of one.")


def _lesson(place: Path, course: Path, served: Path, state: State) -> dict[str, Any]:
    text = (place / LESSON).read_text(encoding="utf-8")
    about = read_outline(text)
    record = state.lesson(place.name)
    visit = record.get(_KEY)
    visit = dict(visit) if isinstance(visit, dict) else {}
    ran = visit.pop("ran", [])
    cells = len(_CODE.findall(text))
    exercise = place / EXERCISE
    questions = len(_QUESTION.findall(exercise.read_text(encoding="utf-8"))) if exercise.is_file() else 0
    paths = {kind: _path(course / folder / f"{place.name}.ipynb", served) for kind, folder in _KINDS.items()}
    return {
        "name": place.name,
        "number": place.name[:2],
        "title": about.title or place.name,
        "enables": about.card.get("You will be able to", ""),
        "minutes": about.minutes,
        "exerciseMinutes": about.exercise_minutes,
        "sections": [{"title": one.title, "minutes": one.minutes} for one in about.sections],
        "paths": paths,
        "cells": cells,
        "ran": min(len(ran) if isinstance(ran, list) else 0, cells),
        "questions": questions,
        "passed": min(passed(record), questions),
        "visit": visit,
    }


def read_outline(text: str) -> Outline:
    """Return the outline of a lesson's text, without what reads every cell of it."""
    return outline([("markdown", part.strip()) for part in _PART.split(text)])


def _path(file: Path, served: Path) -> str | None:
    return file.relative_to(served).as_posix() if file.is_file() else None
