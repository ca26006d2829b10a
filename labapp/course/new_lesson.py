"""`python -m labapp new-lesson`: a small true lesson in a new folder, to be replaced section by section."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from labapp.course.folders import LESSON, QUIZ, LessonError, lessons_with

TEMPLATE = "template"
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the lesson and say what comes next; return 0, or 2 if it cannot be made."""
    parser = argparse.ArgumentParser(
        prog="python -m labapp new-lesson",
        description="Begin a lesson: a folder with a text that builds, to be replaced section by section.",
    )
    parser.add_argument("number", help="two digits, such as 14")
    parser.add_argument("name", help="small letters, digits and hyphens, such as unix-sockets")
    parser.add_argument("--title", help="the heading (default: made of the name)")
    parser.add_argument("--root", type=Path, default=Path(), help="the checkout (default: here)")
    options = parser.parse_args(arguments)
    title = options.title or options.name.replace("-", " ").capitalize()
    try:
        made = new_lesson(options.root / "lessons", options.number, options.name, title)
    except LessonError as error:
        print(error, file=sys.stderr)
        return 2
    number = options.number
    lessons = [place.name[:2] for place in lessons_with(LESSON, made.parent)]
    at = lessons.index(number)
    # The first has the contents, and its neighbours lead to it.
    touched = sorted({lessons[0], *lessons[max(at - 1, 0) : at + 2]} - {number})
    print(
        f"{made} is begun. Next:\n"
        f"  edit {made / LESSON} and {QUIZ} beside it (lessons/README.md says what every lesson must hold)\n"
        f"  {Path(sys.executable).name} -m labapp build {number}\n"
        f"  once it is good, {Path(sys.executable).name} -m labapp build {' '.join(touched)}, which name it\n"
        "  add a row to *Contents* in README.md, then commit the folder and what was built in notebooks/"
    )
    return 0


def new_lesson(lessons: Path, number: str, name: str, title: str) -> Path:
    """Make the folder of a lesson from the template; return it. LessonError says what stands in the way."""
    if not re.fullmatch(r"\d\d", number):
        raise LessonError(f"{number!r} is no number of a lesson: write two digits, such as 14.")
    if not _NAME.fullmatch(name):
        raise LessonError(f"{name!r} is no name of a lesson: use small letters, digits and single hyphens.")
    if not title.strip() or "!" in title or "\n" in title:
        raise LessonError("A title is one line with something in it, and has no exclamation mark.")
    template = lessons / TEMPLATE
    if not template.is_dir():
        raise LessonError(f"There is no {template}: run this in the checkout, or name it by --root.")
    if taken := sorted(lessons.glob(f"{number}-*/")):
        raise LessonError(f"Lesson {number} is {taken[0].name} already: take a number that is free.")
    folder = lessons / f"{number}-{name}"
    folder.mkdir()
    for source in sorted(template.glob("*.md")):
        text = source.read_text(encoding="utf-8").replace("TITLE", title.strip()).replace("NAME", folder.name)
        (folder / source.name).write_text(text, encoding="utf-8")
    return folder
