"""`python -m labapp present`: JupyterLab opens on a lesson, as slides."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from labapp.course.desk.course_map import PRESENT
from labapp.course.folders import LESSON, LessonError, lessons_folder, lessons_with

SCRIPT = Path("setup", "lab.sh")


def main(arguments: Sequence[str] | None = None) -> int:
    """Become JupyterLab, as `make lab` runs it; return 2 if there is nothing to present."""
    parser = argparse.ArgumentParser(
        prog="python -m labapp present",
        description="Open a lesson as slides, with live widgets and cells that run.",
        epilog="In a JupyterLab that runs: the button Present above a lesson, or Alt+Shift+P.",
    )
    parser.add_argument("lesson", help="its number, such as 04, or its name")
    parser.add_argument(
        "--port", type=int, help="where JupyterLab listens (default: 8888 or the next free one)"
    )
    parser.add_argument("--no-open", action="store_true", help="only print the link")
    options = parser.parse_args(arguments)
    try:
        folder = lessons_folder()
        name = find_lesson(options.lesson, folder)
        script = folder.parent / SCRIPT
        if not script.is_file():
            raise LessonError(
                f"There is no {script}: open JupyterLab as you are used to, "
                "and press Present above the lesson."
            )
    except LessonError as error:
        print(error, file=sys.stderr)
        return 2
    os.chdir(folder.parent)
    environment = os.environ | {PRESENT: name}
    words = ["sh", str(SCRIPT), str(options.port or ""), "no" if options.no_open else "", ""]
    sys.stdout.flush()
    return os.execvpe("sh", words, environment)


def find_lesson(word: str, folder: Path) -> str:
    """Return the name of the lesson that begins with `word`; raise LessonError unless there is one."""
    known = [place.name for place in lessons_with(LESSON, folder)]
    found = [name for name in known if word and name.startswith(word)]
    if len(found) != 1:
        raise LessonError(f"{word!r} names {len(found)} lessons, and not one. There are: {', '.join(known)}.")
    return found[0]
