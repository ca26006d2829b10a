"""Commands that a server takes otherwise than they are meant: their author thought of another server."""

import re
import shlex
from itertools import pairwise
from pathlib import Path

from labapp.observe.kernel import how_to_pip_install
from labapp.servers.command import Command, option_values
from labapp.servers.diagnosis import Diagnosis
from labapp.servers.kinds.rows import ROWS, Row, row_of

_PID = "names a file for its pid"
# A server, its option, a value that tells, what the option does there, and what was meant.
_OTHERWISE = (
    ("Gunicorn", "-p", r"\d+", _PID, "--bind 127.0.0.1:{}"),
    ("Hypercorn", "-p", r"\d+", _PID, "--bind 127.0.0.1:{}"),
    ("uWSGI", "-p", r"\d{4,}", "says how many processes there are", "--http-socket 127.0.0.1:{}"),
    ("uWSGI", "-b", r".*[:.].*", "says how large a request may be", "--http-socket {}"),
    ("uWSGI", "-w", r"\d+", "names the module to serve", "--processes {}"),
)
_NAMING = ("--app", "-A", "--env-file", "-e")  # Of Flask: each has a value.
_DEMONSTRATION = "wsgiref.simple_server"
_UNIT = "unitd"
_NO_COMMAND = Diagnosis(
    "`unitd` is Nginx Unit, no server of the lab: JSON at a socket tells it what to serve, and no command.",
    "serve the application by another one, such as gunicorn shop:app.",
)


def misunderstanding(command: Command) -> Diagnosis | None:
    """Return what a command would do, and what is to be written instead; None if it says what is meant."""
    name = row.name if (row := row_of(command)) else ""
    for server, option, value, means, instead in _OTHERWISE:
        if server == name:
            given = option_values(command.arguments, (option,))
            if found := next((one for one in given if re.fullmatch(value, one)), None):
                return Diagnosis(
                    f"For {name}, {option} {means}: `{option} {found}` is another server's.",
                    f"write {instead.format(found)}.",
                )
    if command.name == _UNIT:
        return _NO_COMMAND
    module, words = command.module
    if module == _DEMONSTRATION:
        return Diagnosis(
            f"`python -m {module}` answers one request, at every address of this machine, and ends.",
            'write a file that ends with make_server("127.0.0.1", 0, app).serve_forever().',
        )
    if not row and (lacking := _lacking(command)):
        return _serving_nothing(lacking, command)
    own = module and (command.cwd / f"{module}.py").exists()
    top = module.partition(".")[0]
    if (
        not row
        and not own
        and (other := _called(top))
        and not any(one.partition(".")[0] == top for one in other.modules)
    ):
        program = module if module in other.programs else min(other.programs)
        return Diagnosis(
            f"{other.name} is no module that Python runs: its program is called {program}.",
            f"write {shlex.join([program, *words])}",
        )
    return None


def _lacking(command: Command) -> Row | None:
    """Return the kind that a command's program is of, if only a word is missing that has it serve."""
    # A file of one's own may well serve by something else that it imports.
    if command.script and Path(command.script).name != "manage.py":
        return None
    return next((row for row in ROWS if row.subcommand and row.is_of(command)), None)


def _serving_nothing(row: Row, command: Command) -> Diagnosis | None:
    """Return how a program is asked to serve that does more than that; None if it is asked something else."""
    words = command.arguments[1 if command.script else 0 :]
    spoken = [word for before, word in pairwise(["", *words]) if word[:1] != "-" and before not in _NAMING]
    if not spoken:
        asked = [*words, row.subcommand]
    elif words[0].endswith((".py", ".wsgi")):
        asked = [row.subcommand, *words]
    else:
        return None
    start = command.own[: len(command.own) - len(words)]
    return Diagnosis(
        f"{row.name} serves when it is told to `{row.subcommand}`.", f"write {shlex.join([*start, *asked])}"
    )


def misnamed(program: str) -> Diagnosis | None:
    """Return what a server's program is called that somebody calls by the name of its package."""
    if program == _UNIT:
        return _NO_COMMAND
    if (row := _called(program)) is None or program in row.programs:
        return None
    return Diagnosis(
        f"{row.name} has no program {program!r}: it is called {min(row.programs)}.",
        f"write {min(row.programs)} …; if that is not there either: {how_to_pip_install(row.package)}",
    )


def _called(name: str) -> Row | None:
    """Return the server that has a program, or a package, of this name."""
    return next((row for row in ROWS if row.programs and name in {*row.programs, row.package}), None)
