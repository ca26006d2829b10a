"""The small course of the unit tests, in a place of its own where notebooks can be run and graded."""

import shutil
from pathlib import Path

from support.places import SHOUT

LESSON = "90-shout"


def copy_course(to: Path) -> Path:
    """Copy the course, and return where it is now."""
    shutil.copytree(SHOUT, to, ignore=shutil.ignore_patterns("__pycache__"))
    for folder in ("solutions", "exercises"):
        (to / folder).mkdir()
    return to
