"""What a program that ended says of itself: the same reading for every kind of server."""

import difflib
import re
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from labapp.observe import LogSyntax
from labapp.servers.command import Command, own_directories
from labapp.servers.diagnosis.exceptions import explain_exception, last_cause, missing_module
from labapp.servers.diagnosis.failure import Diagnosis, Failure, Hopeless
from labapp.servers.diagnosis.hints import meant, not_imported
from labapp.servers.diagnosis.shadows import shadowed
from labapp.servers.diagnosis.whereabouts import elsewhere, folder_of

# How a line begins by which a program says why it gives up: `flask: error: …`, `Error: …`, `TypeError: …`.
_ERROR = re.compile(r"(?:[\w./-]+: )?(?:error|ERROR|Error|fatal|FATAL|Fatal): +(?P<said>\S+ .+)")
_RAISED = re.compile(r"(?:Uncaught )?(?P<said>[\w.]*(?:Error|Exception)(?: \[\w+\])?: .+)")
_NO_FILE = re.compile(r"can't open file '([^']+)'")
_NO_MODULE = re.compile(
    r"^\S+: (?:No module named ([\w.]+)$"
    r"|Error while finding module specification for '([\w.]+)' \(ModuleNotFoundError: )",
    re.MULTILINE,
)
_UNKNOWN = re.compile(r"(?P<said>Unknown command: .+)")


def read_last_words(
    failure: Failure, command: Command, syntax: LogSyntax, *, known: bool = True
) -> Diagnosis | None:
    """Return what ended the program and what to try; None if it left without a word.

    `known` tells whether the program is known as a server.
    """
    lines = [line for line in failure.log.splitlines() if line.strip()]
    unloaded = failure.hopeless is Hopeless.UNLOADED
    what = f"{command.name} {'could not load the application' if unloaded else 'ended before it answered'}"
    if hidden := shadowed(failure.log, command.cwd):
        return hidden
    if found := _NO_FILE.search(failure.log):
        return _missing_file(Path(found[1]), command)
    if found := _NO_MODULE.search(failure.log):
        return _not_to_run(found[1] or found[2], command)
    if traceback := last_cause(lines):
        return explain_exception(traceback, command, what)
    if failure.status == 0 and (errors := _matching(_ERROR, lines)):
        # It ended in good order because something else had not: that was said first.
        return _failed(errors[0], command, what)
    said = last_words(lines, syntax)
    return _in_good_order(said, command, known=known) if failure.status == 0 else _failed(said, command, what)


def _in_good_order(said: str, command: Command, *, known: bool) -> Diagnosis:
    """Return what it means that a program ended without an error."""
    if command.name.startswith("python"):
        advice = "it has to start a server, by app.run() or serve_forever(): to define one is too little."
    elif known:
        advice = "look in the application for what ends it when it is imported: sys.exit(), os._exit()."
    else:
        advice = "give the command of a server; for any other write ! before it, in a cell of its own."
    told = f" Its last words were: {said}." if said and known else ""
    return Diagnosis(
        f"{command.name} ended by itself, without an error: it serves nothing.", f"{advice}{told}"
    )


def _failed(said: str, command: Command, what: str) -> Diagnosis | None:
    """Return what a program means that says so of an error; None where it says nothing."""
    if not said:
        return None
    if module := not_imported(said):
        folder = folder_of(module, command.cwd)
        if folder and folder != command.cwd:
            return elsewhere(module, folder, command)
        if folder:
            return Diagnosis(
                f"{what}: {said}.",
                f"{module!r} is where {command.name} starts, and it looks elsewhere: see its options.",
            )
    return Diagnosis(f"{what}: {said}.", meant(said, command.cwd) or "correct that, then launch again.")


def last_words(lines: Sequence[str], syntax: LogSyntax) -> str:
    """Return the last line that says what went wrong, else the last that the server did not write itself."""
    for pattern in (_ERROR, _RAISED, _UNKNOWN):
        if found := _matching(pattern, lines):
            return found[-1]
    told = [line.strip() for line in lines if line.strip()]
    own = [line for line in told if not any(form.match(line) for form in syntax.forms)]
    return own[-1].rstrip(".") if own else ""


def _matching(pattern: re.Pattern[str], lines: Sequence[str]) -> list[str]:
    """Return what is said in each of the lines that are of this form."""
    found = (pattern.fullmatch(line.strip()) for line in lines)
    return [one["said"].rstrip(".") for one in found if one]


def _not_to_run(name: str, command: Command) -> Diagnosis:
    """Explain that a Python has no module of this name to run with `-m`."""
    program = Path(command.program)
    if str(program.parent) not in own_directories() and find_spec(name.partition(".")[0]):
        return Diagnosis(
            f"{program} has no module {name!r} to run; the Python of this notebook has it.",
            f"leave the path out: python -m {name} …",
        )
    return missing_module(name, command, "")


def _missing_file(path: Path, command: Command) -> Diagnosis:
    there = [entry.stem for entry in command.cwd.glob("*.py")]
    close = [f"{stem}.py" for stem in difflib.get_close_matches(path.stem, there, n=2)]
    hint = f"did you mean {' or '.join(close)}?" if close else "correct its name, or say where it is: cwd=."
    return Diagnosis(f"There is no file {path.name!r} in {path.parent}.", hint)
