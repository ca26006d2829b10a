"""Whether the JupyterLab around this kernel shows widgets: another environment's may lack what they need."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

import psutil

from labapp.front_end.extension import NAME

VIEW = "application/vnd.jupyter.widget-view+json"
# What shows the live view and the forms of the quizzes, and the package that brings it.
NEEDED = {"@jupyter-widgets/jupyterlab-manager": "jupyterlab_widgets", "anywidget": "anywidget"}
_ASK = "import json, jupyter_core.paths as paths; print(json.dumps(paths.jupyter_path('labextensions')))"


class UnknownError(Exception):
    """A Python does not tell which extensions its JupyterLab has."""


def live_output(model_id: str, still: Mapping[str, str]) -> dict[str, Any]:
    """Return an output that shows a widget; where that cannot be seen, what stands still, and why it does."""
    if not (why := _why_still()):
        return {VIEW: {"version_major": 2, "version_minor": 0, "model_id": model_id}, **still}
    text = still["text/plain"]
    shown = still.get("text/html") or still.get("image/svg+xml") or f"<pre>{escape(text)}</pre>"
    html = f"<p><strong>{escape(why)}</strong></p>{shown}"
    return {**still, "text/html": html, "text/plain": f"{why}\n\n{text}"}


def server_python() -> str:
    """Return the Python of the Jupyter server that this process belongs to; empty if there is none."""
    with suppress(psutil.Error):
        for process in psutil.Process(os.getpid()).parents():
            words = process.cmdline()
            if any(Path(word).name.startswith("jupyter") for word in words[1:2]):
                return words[0]
    return ""


def extensions_of(python: str) -> set[str]:
    """Return which of the extensions that the course needs the JupyterLab of a Python has; UnknownError."""
    found = _folders(python)
    return {
        extension
        for extension in (*NEEDED, NAME)
        if any(Path(folder, extension, "package.json").is_file() for folder in found)
    }


def _why_still() -> str:
    if not (python := server_python()):
        return ""  # Another front end, of which nothing is known.
    try:
        has = extensions_of(python)
    except UnknownError:
        return ""
    lacking = [package for extension, package in NEEDED.items() if extension not in has]
    if not lacking:
        return ""
    command = shlex.join([python, "-m", "pip", "install", *lacking])
    return (
        f"This stands still: the JupyterLab that shows it lacks {' and '.join(lacking)}. "
        f"In a terminal: {command}. Then load the page again, and run the cell again."
    )


@lru_cache
def _folders(python: str) -> list[str]:
    if Path(python).parent == Path(sys.executable).parent:
        from jupyter_core.paths import jupyter_path  # noqa: PLC0415 (every kernel has it, and a script need not)

        return jupyter_path("labextensions")
    try:
        told = subprocess.check_output([python, "-c", _ASK], stderr=subprocess.DEVNULL)
        return [str(folder) for folder in json.loads(told)]
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise UnknownError(f"{python} does not tell which extensions its JupyterLab has") from error
