"""Reading a command line as a person types it."""

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from labapp.servers.command.parsed import Command
from labapp.servers.command.programs import find
from labapp.servers.command.variables import environment_of
from labapp.servers.errors import LaunchError

OPERATORS = {"|", "||", "&", "&&", ";", ">", ">>", "<", "2>&1", "2>", "&>"}
ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)", re.DOTALL)


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
    environment, withheld = environment_of(settings, foreign)
    program = find(words[0], environment["PATH"], place, typed)
    return Command(typed, tuple(words), program, place, settings, environment, withheld)
