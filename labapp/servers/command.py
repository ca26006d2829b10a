"""A command line as a person types it, and the program and environment it stands for."""

import difflib
import os
import re
import shlex
import shutil
import sys
import sysconfig
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from labapp.servers.errors import LaunchError

# What a notebook's kernel adds for its own use, and what would change the server behind the learner's back.
# Each kind of server adds what would change its own.
FOREIGN = (
    "JPY_.*|JUPYTER.*|FORCE_COLOR|CLICOLOR.*|TERM|COLUMNS|LINES|PAGER|GIT_PAGER|MPLBACKEND|PYDEVD_.*|PORT|"
    "SERVER_SOFTWARE|FLASK_.*|LISTEN_FDS|LISTEN_PID|NOTIFY_SOCKET|COV_CORE_.*|LABAPP_RUNTIME"
)
OPERATORS = {"|", "||", "&", "&&", ";", ">", ">>", "<", "2>&1", "2>", "&>"}
ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)", re.DOTALL)


@dataclass(frozen=True)
class Command:
    """What was typed: its words, where it runs, and the environment that its author set."""

    typed: str
    argv: tuple[str, ...]
    program: str
    cwd: Path
    settings: Mapping[str, str]
    environment: Mapping[str, str]
    withheld: frozenset[str] = frozenset()
    """The variables of this process that it is not given."""

    @property
    def name(self) -> str:
        """The program's own name: `python`."""
        return Path(self.argv[0]).name

    @property
    def module(self) -> tuple[str, list[str]]:
        """The module that Python is told to run by `-m`, and the words after it; empty where it is not."""
        words = list(self.argv)
        if not self.name.startswith("python"):
            return "", []
        for place, word in enumerate(words[1:], 1):
            if word == "-m":
                return "".join(words[place + 1 : place + 2]), words[place + 2 :]
            if word.startswith("-m"):
                return word.removeprefix("-m"), words[place + 1 :]
            if not word.startswith("-") and words[place - 1] not in ("-X", "-W"):
                break
        return "", []


def parse(
    command: str | Sequence[str],
    *,
    cwd: str | Path | None = None,
    env: Mapping[str, str] | None = None,
    foreign: Iterable[str] = (),
) -> Command:
    """Read a command line, typed in one string or as a list of words; `LaunchError` if nothing can be run.

    `foreign` are patterns of variables that it does not inherit, beside those that no server does.
    """
    typed = command if isinstance(command, str) else shlex.join(command)
    typed = typed.strip()
    try:
        words = shlex.split(command) if isinstance(command, str) else list(command)
    except ValueError:
        raise LaunchError(
            "A quote in the command is opened and never closed.",
            'write each quote twice, around the whole word: "labapp:create_app()".',
            command=typed,
        ) from None
    settings = dict(env or {})
    while words and isinstance(command, str) and (assignment := ASSIGNMENT.fullmatch(words[0])):
        settings[assignment[1]] = assignment[2]
        words.pop(0)
    if not words:
        raise LaunchError(
            "The command is empty.",
            "write it as in a terminal: lab.launch('python -m http.server 0 --bind 127.0.0.1').",
            command=typed,
        )
    if isinstance(command, str) and (operators := [word for word in words if word in OPERATORS]):
        raise LaunchError(
            f"`{operators[0]}` belongs to a shell, and there is none: the lab starts the program itself.",
            "leave it out: the server runs beside the notebook without `&`, and its output is in the log.",
            command=typed,
        )
    place = Path(cwd or Path.cwd()).absolute()
    if not place.is_dir():
        raise LaunchError(
            f"The directory {str(place)!r} does not exist.", "give another cwd=.", command=typed
        )
    pattern = re.compile("|".join([FOREIGN, *foreign]))
    withheld = frozenset(filter(pattern.fullmatch, os.environ)) - settings.keys()
    environment = {name: value for name, value in os.environ.items() if name not in withheld}
    environment["PATH"] = os.pathsep.join(
        dict.fromkeys([*own_directories(), environment.get("PATH", os.defpath)])
    )
    environment["PYTHONUNBUFFERED"] = "1"
    environment.update(settings)
    program = find(words[0], environment["PATH"], place, typed)
    return Command(typed, tuple(words), program, place, settings, environment, withheld)


def own_directories() -> list[str]:
    """Where the programs installed beside this Python are."""
    return [sysconfig.get_path("scripts"), str(Path(sys.executable).parent)]


def find(name: str, path: str, cwd: Path, typed: str) -> str:
    """Return the program that a name stands for; `LaunchError` with close names if there is none."""
    if os.sep in name:
        candidate = cwd / Path(name).expanduser()
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return str(candidate)
        what = "is not executable" if candidate.is_file() else "does not exist"
        raise LaunchError(
            f"The program {name!r} {what}.", f"look at it: ls -l {shlex.quote(name)}", command=typed
        )
    if found := shutil.which(name, path=path):
        return found
    close = difflib.get_close_matches(name, programs(path), n=3, cutoff=0.7)
    advice = f"did you mean {' or '.join(close)}?" if close else f"check the name, or install {name} first."
    raise LaunchError(f"There is no program called {name!r} on this machine.", advice, command=typed)


def programs(path: str) -> set[str]:
    """The names of what can be run from these directories."""
    return {
        entry.name
        for place in map(Path, path.split(os.pathsep))
        if place.is_dir()
        for entry in place.iterdir()
    }
