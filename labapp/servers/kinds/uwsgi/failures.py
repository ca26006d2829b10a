"""Why uWSGI does not serve, as far as its log says it."""

import re
import shlex
from collections.abc import Callable

from labapp.servers.command import Command, call
from labapp.servers.diagnosis import Diagnosis, Failure, Hopeless, first_cause, offered

Given = Callable[[tuple[str, ...]], list[str]]
"""Returns the values that options are given, by any of their names."""

_NO_FILE = re.compile(r"^unable to load configuration from (?P<word>\S+)$", re.MULTILINE)
_MODULE = re.compile(r"[A-Za-z_][\w.]*(?P<name>:\w+(\(\))?)?")


def read_log(failure: Failure, command: Command, given: Given) -> Diagnosis | None:
    """Return what uWSGI says that it lacks, or takes for something else than what was meant."""
    if failure.log.rstrip().endswith("*** Operational MODE: single process ***"):
        return Diagnosis(
            "uWSGI ended while it loaded the application.",
            "look in it for what ends it when it is imported: sys.exit(), os._exit().",
        )
    unloaded = failure.hopeless is Hopeless.UNLOADED or failure.status
    if unloaded and (lacking := _lacking(failure.log, command, given)):
        return lacking
    found = _NO_FILE.search(failure.log)
    if found is None or not (option := _serving(found["word"], command)):
        return None
    word = found["word"]
    return Diagnosis(
        f"uWSGI takes a word that stands by itself, here {word!r}, for a configuration file.",
        f"say what it is: {call(command.typed.replace(word, option, 1))}",
    )


def _lacking(log: str, command: Command, given: Given) -> Diagnosis | None:
    """Return that what was loaded has no callable of the name, where that is what uWSGI found."""
    lines = [line for line in log.splitlines() if line.strip()]
    if "unable to load app" not in log or first_cause(lines):
        return None
    if said := re.search(r"failed to open python file .+|ModuleNotFoundError: .+", log):
        return Diagnosis(f"uWSGI could not load the application: {said[0]}.", "correct its name.")
    named = "".join(given(("--module", "-w", "--wsgi"))[-1:])
    module, _, name = named.partition(":")
    name = "".join(given(("--callable",))[-1:]) or name or "application"
    names = [f"{module}:{one}" for one in offered(module, command.cwd)] if module else []
    if file := "".join(given(("--wsgi-file", "--file"))[-1:]):
        path = command.cwd / file
        names = [f"--callable {one}" for one in offered(path.stem, path.parent)]
    where = f" in the module {module!r}" if module else ""
    return Diagnosis(
        f"uWSGI could not load the application: there is no {name!r}{where}.",
        f"write {' or '.join(names)}." if names else "correct its name, then launch again.",
    )


def _serving(word: str, command: Command) -> str:
    """Return the option that serves what a word means; empty if it means no application."""
    file = command.cwd / word
    if file.suffix == ".py":
        names = offered(file.stem, file.parent)
        named = "" if "application" in names or not names else f" --callable {shlex.quote(names[0])}"
        return f"--wsgi-file {word}{named}"
    if not (found := _MODULE.fullmatch(word)):
        return ""
    names = [] if found["name"] else offered(word, command.cwd)
    return f"--module {shlex.quote(f'{word}:{names[0]}' if names else word)}"
