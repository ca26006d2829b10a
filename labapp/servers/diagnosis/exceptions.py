"""The exception that ended a program, in a sentence for the person who wrote it."""

import re
from collections.abc import Sequence

from labapp.servers.command import Command, call
from labapp.servers.diagnosis.failure import Diagnosis
from labapp.servers.diagnosis.hints import meant
from labapp.servers.diagnosis.modules import close_modules, serving
from labapp.servers.diagnosis.socket_owners import socket_owner
from labapp.servers.diagnosis.tracebacks import Traceback, read_tracebacks
from labapp.servers.diagnosis.whereabouts import elsewhere, folder_of, neighbour, without_package

# What a server raises because something else had gone wrong before.
_ECHOES = ("HaltServer", "SystemExit")


def explain_exception(
    traceback: Traceback, command: Command, what: str, who: str = "The program"
) -> Diagnosis:
    """Explain an exception: `what` says what came of it, `who` whose code it was."""
    place = traceback.place
    if missing := re.match(r"No module named '([^']+)'", traceback.message):
        return missing_module(missing[1], command, who, traceback)
    if place and re.match(
        r"attempted relative import (with no known parent|beyond top-level)", traceback.message
    ):
        return without_package(command.cwd / traceback.file, place, command)
    if traceback.kind in {"SyntaxError", "IndentationError", "TabError"}:
        return Diagnosis(
            f"{place} is no valid Python: {traceback.message}.", "correct that line, then launch again."
        )
    if traceback.kind == "KeyError" and (name := traceback.message.strip("'\"")) in command.withheld:
        return Diagnosis(
            f"{who} needs the variable {name!r} ({place}), which the lab keeps from its servers.",
            f'pass it along: lab.launch(..., env={{"{name}": os.environ["{name}"]}}).',
        )
    if taken := re.search(r"Address already in use.*\('([^']+)', (\d+)\)", traceback.message):
        address = f"{taken[1]}:{taken[2]}"
        if owner := socket_owner(address, unknown=""):
            return Diagnosis(
                f"{address} is taken: {owner} listens there{_see(place)}.",
                "choose another port, or stop who holds this one first.",
            )
    said = traceback.exception.rstrip(".")
    hint = "" if place else meant(said, command.cwd)
    return Diagnosis(f"{what}: {said}{_see(place)}.", hint or "correct that, then launch again.")


def missing_module(name: str, command: Command, who: str, traceback: Traceback | None = None) -> Diagnosis:
    """Explain that a module is not there, which a program imports at a place or a command names."""
    folder = folder_of(name, command.cwd)
    if place := traceback.place if traceback else "":
        beside = (command.cwd / traceback.file).parent if traceback else command.cwd
        if folder := beside if folder_of(name, beside) == beside else folder:
            return neighbour(name, place, folder, command, who)
        advice = "correct the import, or install the package that provides it."
        return Diagnosis(f"{who} imports {name!r} ({place}), and there is no such module.", advice)
    if folder and folder != command.cwd:
        return elsewhere(name, folder, command)
    if folder:
        return Diagnosis(
            f"There is no module {name!r} to import: {command.name} does not look where it is started.",
            f"have it look there, too: {call(command.typed, env={'PYTHONPATH': '.'})}",
        )
    close = close_modules(name, command.cwd) or serving(command.cwd)[:2]
    hint = f"did you mean {' or '.join(close)}? " if close else ""
    return Diagnosis(
        f"There is no module {name!r} to import.",
        f"{hint}{command.name.capitalize()} looks where it is started, then among the packages.",
    )


def first_cause(lines: Sequence[str]) -> Traceback | None:
    """Return the first exception that is no mere echo of another."""
    return next((found for found in read_tracebacks(lines) if not found.kind.endswith(_ECHOES)), None)


def last_cause(lines: Sequence[str]) -> Traceback | None:
    """Return the last exception that is no mere echo of another."""
    return next(
        (one for one in reversed(list(read_tracebacks(lines))) if not one.kind.endswith(_ECHOES)), None
    )


def _see(place: str) -> str:
    return f"; see {place}" if place else ""
