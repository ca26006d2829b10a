"""Preflight of the front end: the JupyterLab that runs this kernel may be another environment's."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil

from labapp.course.doctor.finding import Finding
from labapp.front_end import NAME

# What shows the live view and the forms of the quizzes, and the package that brings it.
NEEDED = {"@jupyter-widgets/jupyterlab-manager": "jupyterlab_widgets", "anywidget": "anywidget"}
_COURSE = Path(__file__).parents[3]
_ASK = "import json, jupyter_core.paths as paths; print(json.dumps(paths.jupyter_path('labextensions')))"


def front_end() -> Finding:
    """See whether the JupyterLab that started this kernel, or else this environment's, can show widgets."""
    python = _servers_python() or sys.executable
    try:
        folders = json.loads(subprocess.check_output([python, "-c", _ASK], stderr=subprocess.DEVNULL))
    except (OSError, subprocess.SubprocessError, ValueError):
        return Finding.note("front end", f"{python} does not tell which extensions its JupyterLab has")
    present = {
        extension
        for extension in (*NEEDED, NAME)
        if any(Path(folder, extension, "package.json").is_file() for folder in folders)
    }
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


def _servers_python() -> str:
    """Return the Python of the Jupyter server that this process belongs to; empty if there is none."""
    with suppress(psutil.Error):
        for process in psutil.Process(os.getpid()).parents():
            words = process.cmdline()
            if any(Path(word).name.startswith("jupyter") for word in words[1:2]):
                return words[0]
    return ""
