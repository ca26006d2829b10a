"""The program that a name stands for."""

import os
import re
import shlex
import shutil
import stat
import sys
import sysconfig
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from keyword import iskeyword
from pathlib import Path

from labapp.servers.errors import LaunchError

CLOSE = 0.85  # There are thousands of programs: what is less alike than this is another.
ADDRESS = re.compile(r"(https?://)?[\w.-]*:\d+(/\S*)?")


def own_directories() -> list[str]:
    """Where the programs installed beside this Python are."""
    return [_scripts(), str(Path(sys.executable).parent)]


@cache  # To ask takes a third of the reading of a command.
def _scripts() -> str:
    return sysconfig.get_path("scripts")


def search_path() -> str:
    """Return where programs are looked for: beside this Python first, then on PATH."""
    return os.pathsep.join(dict.fromkeys([*own_directories(), os.environ.get("PATH", os.defpath)]))


def find(name: str, path: str, cwd: Path, installed: Callable[[str], str | None]) -> str:
    """Return the program that a name stands for; `LaunchError` with close names if there is none.

    `installed` tells where one is that PATH does not lead to.
    """
    if ADDRESS.fullmatch(name):
        raise LaunchError(
            f"{name} is an address, and no command that starts a server.",
            "give the command; what serves there already, ask with lab.load, or through what launched it.",
        )
    if os.sep in name:
        whole = os.path.expanduser(name)  # noqa: PTH111 (it leaves ~nobody as it is)
        candidate = cwd / whole
        if what := amiss(candidate):
            look = f"look at it: ls -l {shlex.quote(whole)}"
            if candidate.is_dir():
                look = "give the command that starts a server; in which folder it starts, say with cwd=."
            elif shutil.which(candidate.name, path=path):
                look = f"leave the path out: {candidate.name} …"
            script = candidate.suffix == ".py" and candidate.is_file()
            raise LaunchError(
                f"The program {name!r} {what}.",
                f"have Python run it: python {shlex.quote(name)} …" if script else look,
            )
        return str(candidate)
    if found := shutil.which(name, path=path) or installed(name):
        return found
    if iskeyword(name):
        raise LaunchError(
            f"{name!r} is Python, and no command that starts a server.",
            "run it in a cell of its own, and give the command as a terminal takes it.",
        )
    if " " in name:
        raise LaunchError(
            f"There is no program called {name!r}: a list has each word by itself.",
            f"give the command as it is typed: lab.launch({name!r}).",
        )
    import difflib  # noqa: PLC0415 (only what is not found is paid for)

    close = difflib.get_close_matches(name, programs(path), n=2, cutoff=CLOSE)
    advice = f"did you mean {' or '.join(close)}?" if close else f"check the name, or install {name} first."
    if name.endswith(".py") and (cwd / name).is_file():
        advice = f"have Python run it: python {shlex.quote(name)} …"
    raise LaunchError(f"There is no program called {name!r} on this machine.", advice)


def amiss(program: Path) -> str:
    """What keeps a program from being run; empty if nothing does."""
    try:
        mode = program.stat().st_mode
    except PermissionError:
        return "is in a folder that this user may not enter"
    except OSError:
        return "does not exist"
    if stat.S_ISDIR(mode):
        return "is a folder"
    return "" if stat.S_ISREG(mode) and os.access(program, os.X_OK) else "is not executable"


def programs(path: str) -> set[str]:
    """The names of what can be run from these directories; some are not there, or are somebody else's."""
    names: set[str] = set()
    for place in path.split(os.pathsep):
        with suppress(OSError):
            names.update(os.listdir(place))  # noqa: PTH208 - names are wanted
    return names
