"""A notebook as the course handed it out, and a copy of what a learner made of it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from shutil import copyfile
from threading import Lock
from typing import TYPE_CHECKING, Any

from labapp.course.desk.course_map import NOTEBOOKS, find_course, notebook_at
from labapp.course.desk.machinery import COPIES
from labapp.course.folders import LessonError

if TYPE_CHECKING:
    from labapp.course.lesson import Page


_READING = Lock()


@dataclass(frozen=True, slots=True)
class Beginning:
    """A notebook's first state, without outputs, and a copy of what was changed in it, or ""."""

    content: dict[str, Any]
    copy: str


def begin_anew(served: Path, path: str) -> Beginning:
    """Return the first state of the notebook at `path`, once what a learner changed in it is kept.

    The file itself is left as it is. Raises LessonError if it is no notebook of the course.
    """
    name, kind = notebook_at(served, path)
    course = find_course(served)
    assert course
    page = _read(course).get(f"{kind}/{name}")
    if page is None:
        raise LessonError(f"Lesson {name} has no {kind}: {path} has no first state.")
    copy = _keep(served / path, course / COPIES, page) if (served / path).is_file() else None
    return Beginning(dict(page.notebook), copy.relative_to(served).as_posix() if copy else "")


def prepare(served: Path) -> None:
    """Read the lessons' texts, so that `begin_anew` has them at hand."""
    if course := find_course(served):
        _read(course)


def _read(course: Path) -> dict[str, Page]:
    """Return every notebook as the lessons' texts have it: read once for all who ask meanwhile."""
    with _READING:
        return _pages(course, max(file.stat().st_mtime for file in (course / "lessons").glob("*/*.md")))


@lru_cache(1)
def _pages(course: Path, _changed: float) -> dict[str, Page]:
    # What reads every lesson's text is slow to import.
    from labapp.course.exercise import compose_exercises  # noqa: PLC0415
    from labapp.course.lesson import SourceError, compose, find_lessons  # noqa: PLC0415

    try:
        solutions, exercises = compose_exercises(course)
        lessons = compose(find_lessons(course))
    except SourceError as error:
        raise LessonError(f"The lessons' texts cannot be read: {error}.") from error
    return {page.name: page for page in (*lessons, *solutions, *exercises)}


def _keep(file: Path, copies: Path, page: Page) -> Path | None:
    """Copy a notebook whose cells say something else than at first; return the copy's place."""
    from labapp.course.lesson import load  # noqa: PLC0415

    if _said(load(file)) == _said(page.notebook):
        return None
    kind = "" if file.parent.name == NOTEBOOKS else f" {file.parent.name}"
    copies.mkdir(exist_ok=True)
    target = copies / f"{file.stem}{kind} {time.strftime('%Y-%m-%d %H.%M.%S')}.ipynb"
    copyfile(file, target)
    return target


def _said(notebook: Any) -> list[str]:
    return [cell.source.strip() for cell in notebook.cells if cell.source.strip()]
