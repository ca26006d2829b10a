"""The program that a name stands for."""

import difflib
import os
import shlex
import shutil
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

from labapp.servers.errors import LaunchError


def own_directories() -> list[str]:
    """Where the programs installed beside this Python are."""
    return [sysconfig.get_path("scripts"), str(Path(sys.executable).parent)]


def search_path() -> str:
    """Return where programs are looked for: beside this Python first, then on PATH."""
    return os.pathsep.join(dict.fromkeys([*own_directories(), os.environ.get("PATH", os.defpath)]))


def find(name: str, path: str, cwd: Path, installed: Callable[[str], str | None]) -> str:
    """Return the program that a name stands for; `LaunchError` with close names if there is none.

    `installed` tells where one is that PATH does not lead to.
    """
    if os.sep in name:
        candidate = cwd / os.path.expanduser(name)  # noqa: PTH111 (it leaves ~nobody as it is)
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return str(candidate)
        what = "is not executable" if candidate.is_file() else "does not exist"
        raise LaunchError(f"The program {name!r} {what}.", f"look at it: ls -l {shlex.quote(name)}")
    if found := shutil.which(name, path=path) or installed(name):
        return found
    close = difflib.get_close_matches(name, programs(path), n=3, cutoff=0.7)
    advice = f"did you mean {' or '.join(close)}?" if close else f"check the name, or install {name} first."
    raise LaunchError(f"There is no program called {name!r} on this machine.", advice)


def programs(path: str) -> set[str]:
    """The names of what can be run from these directories."""
    return {
        entry.name
        for place in map(Path, path.split(os.pathsep))
        if place.is_dir()
        for entry in place.iterdir()
    }
