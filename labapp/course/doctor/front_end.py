"""Preflight of the front end: the JupyterLab that runs this kernel may be another environment's."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from labapp.course.doctor.finding import Finding
from labapp.front_end import NAME, NEEDED, UnknownError, extensions_of, server_python

_COURSE = Path(__file__).parents[3]


def front_end() -> Finding:
    """See whether the JupyterLab that started this kernel, or else this environment's, can show widgets."""
    python = server_python() or sys.executable
    try:
        present = extensions_of(python)
    except UnknownError as error:
        return Finding.note("front end", str(error))
    missing = [package for extension, package in NEEDED.items() if extension not in present]
    if not missing and NAME in present:
        return Finding.fine("front end", f"JupyterLab of {python} shows widgets, and stored pictures")
    if not missing:
        return Finding.note(
            "front end",
            f"JupyterLab of {python} shows widgets, but lacks the course's own extension: in a notebook "
            'opened next day live views read "model not found". Install it, and load the page again',
            shlex.join([python, "-m", "pip", "install", "--no-deps", "--editable", str(_COURSE)]),
        )
    return Finding.amiss(
        "front end",
        f"JupyterLab of {python} lacks {' and '.join(missing)}: the live view stands still, and quizzes "
        "have no form. Install it there, and load the page again",
        shlex.join([python, "-m", "pip", "install", *missing]),
    )
