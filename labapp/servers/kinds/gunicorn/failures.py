"""Why Gunicorn did not start: what its log says, in a sentence for the person who typed the command."""

import difflib
import re
from collections.abc import Callable
from itertools import pairwise

from labapp.observe.kernel import how_to_pip_install
from labapp.servers.command import Command
from labapp.servers.diagnosis import (
    Diagnosis,
    Failure,
    close_modules,
    explain_exception,
    first_cause,
    offered,
    offered_within,
    shadowed,
    socket_owner,
)
from labapp.servers.kinds.complaints import address_instead
from labapp.servers.kinds.gunicorn.blame import blamed
from labapp.servers.kinds.gunicorn.naming import misnamed
from labapp.servers.kinds.gunicorn.settings import Settings
from labapp.servers.kinds.rows import whose
from labapp.servers.wording import enumerated

# Packages that bring classes for Gunicorn, or that such classes need: to install any other is no advice.
PACKAGES = ("gevent", "tornado", "uvicorn", "uvicorn_worker", "packaging", "setproctitle", "statsd")

# What Gunicorn writes, what that means, what to try; {0}, {1} are the pattern's groups.
_PLAIN = (
    (
        r"error: argument (\S+): (.+)$",
        "Gunicorn cannot use what follows {0}: {1}.",
        "`gunicorn --help` says what each option takes.",
    ),
    (
        r"^Error: No application module specified",
        "The command does not say which application to serve.",
        'name a module, a colon, and the application in it: gunicorn "labapp:create_app()"',
    ),
    (
        r"^Error: ('[^']+') doesn't exist",
        "There is no configuration file {0}.",
        "correct the path after -c; it starts where the server does.",
    ),
    (
        r"^Application object must be callable",
        "What the command names is no application: it cannot be called.",
        'name a callable that takes environ and start_response, or call a factory: "labapp:create_app()".',
    ),
    (
        r"^TypeError: (\w+\(\) (?:missing|takes|got an unexpected|got multiple).+[^.\n])\n(?!\1)",
        "The factory was called with the wrong arguments: {0}.",
        "write, between the parentheses in the command, the arguments that the factory takes.",
    ),
    (
        r"^Failed to parse arguments as literal values: '(.+)'$",
        "In {0} an argument is no literal, and Gunicorn evaluates nothing else.",
        'use numbers, strings in quotes, True, None, lists: "app:create_app(debug=True)".',
    ),
    (
        r"^(?:Failed to parse|Function reference must be a simple name:) '(.+)'",
        "{0} is neither a name nor a call of one.",
        'after the colon comes one name, or one call: "labapp:create_app()".',
    ),
    (
        r"^Failed to find application object: '(.+\))'",
        "{0} gave None instead of an application.",
        "does the factory end with `return app`?",
    ),
    (
        r"^Failed to find application object: '(.+)'",
        "{0} is None, and no application.",
        "assign the application to that name.",
    ),
)


def diagnose(failure: Failure, command: Command, settings: Settings) -> Diagnosis | None:
    """Return what happened and what to try; None if the log says nothing that is known."""
    found = misnamed(failure.log, command) or blamed(failure.log, settings)
    return (
        found
        or shadowed(failure.log, command.cwd)
        or _known(failure.log, command)
        or _other(failure, command)
    )


def _known(log: str, command: Command) -> Diagnosis | None:
    for pattern, explain in _SPECIAL:
        if found := re.search(pattern, log, re.MULTILINE):
            return explain(found, command)
    for pattern, summary, advice in _PLAIN:
        if found := re.search(pattern, log, re.MULTILINE):
            return Diagnosis(summary.format(*found.groups()), advice.format(*found.groups()))
    return None


def _other(failure: Failure, command: Command) -> Diagnosis | None:
    if traceback := first_cause(_last_words(failure.log)):
        return explain_exception(traceback, command, "The application cannot be loaded", "The application")
    if found := re.search(r"^Error: (.+)$", failure.log, re.MULTILINE):
        return Diagnosis(
            f"Gunicorn refuses to start: {found[1].rstrip('.')}.", "`gunicorn --help` lists what it takes."
        )
    if not failure.log.strip() and {"-D", "--daemon"} & set(command.argv):
        return Diagnosis(
            "The daemon ended, and it had given up its output.", "start it without --daemon to see why."
        )
    return None


def _last_words(log: str) -> list[str]:
    """Return the log from where a worker is said to have failed: what it wrote before did not end it."""
    lines = log.splitlines()
    said = (number for number, line in enumerate(lines) if "[ERROR] Exception in worker process" in line)
    return lines[next(said, 0) :]


def _option(found: re.Match[str], command: Command) -> Diagnosis:
    from gunicorn.config import KNOWN_SETTINGS  # noqa: PLC0415 (only failures need it)

    option = found[1].split()[0]
    known = [name for setting in KNOWN_SETTINGS for name in setting.cli or ()]
    others = [one for one in whose(option.split("=")[0]) if one != "Gunicorn"]
    close = [] if others else difflib.get_close_matches(option.split("=")[0], known, n=2)
    hint = f"did you mean {' or '.join(close)}? " if close else ""
    if instead := address_instead(option.split("=")[0], frozenset(known), command):
        hint = f"write {instead}; "
    where = f": it is one of {enumerated(others)}" if others else ""
    return Diagnosis(f"Gunicorn has no option {option}{where}.", f"{hint}`gunicorn --help` lists them all.")


def _class(found: re.Match[str], command: Command) -> Diagnosis:
    name, details = found[1], found.string[found.end() :]
    option = "logger class" if name in _given(command, "--logger-class") else "worker class"
    if needed := re.search(r"Error: No module named '?([\w.]+)", details):
        package = needed[1].partition(".")[0]
        if package in PACKAGES:
            return Diagnosis(
                f"The {option} {name!r} needs the package {package!r}, which cannot be imported.",
                how_to_pip_install(package),
            )
        close = difflib.get_close_matches(package, PACKAGES, n=1) or close_modules(package, command.cwd)
        return Diagnosis(
            f"The {option} {name!r} cannot be imported: there is no module {package!r} here.",
            f"did you mean {' or '.join(close)}?" if close else "correct the name, or say where it is: cwd=.",
        )
    if refused := re.search(r"^RuntimeError: (.+)$", details, re.MULTILINE):
        return Diagnosis(
            f"The {option} {name!r} refuses: {refused[1].rstrip('.')}.",
            how_to_pip_install(f"gunicorn[{name}]"),
        )
    return Diagnosis(
        f"Gunicorn has no {option} {name!r}.",
        "sync, gthread, gevent, tornado and asgi come with it; any other is named as package.module.Class.",
    )


def _given(command: Command, option: str) -> list[str]:
    """Return what follows an option in a command."""
    words = command.own
    pairs = [value for name, value in pairwise(words) if name == option]
    return pairs + [word.partition("=")[2] for word in words if word.startswith(f"{option}=")]


def _attribute(found: re.Match[str], command: Command) -> Diagnosis:
    attribute, module = found[1], found[2]
    names = [f"{module}:{name}" for name in offered(module, command.cwd)]
    spelled = [f'"{name}"' for name in names or offered_within(module, command.cwd)]
    advice = f"the module offers {' and '.join(spelled)}." if spelled else f"look at what {module} defines."
    return Diagnosis(f"The module {module!r} has nothing called {attribute!r}.", advice)


def _in_use(found: re.Match[str], _: Command) -> Diagnosis:
    address = _spoken(found[1])
    return Diagnosis(
        f"{address} is taken: {socket_owner(address)} listens there.",
        "leave out --bind and the lab finds a free port, or stop who holds this one first.",
    )


def _cannot_bind(found: re.Match[str], _: Command) -> Diagnosis:
    return Diagnosis(
        f"Gunicorn cannot listen at {_spoken(found[1])}: {found[2]}.", "bind another address, or none."
    )


_SPECIAL: tuple[tuple[str, Callable[[re.Match[str], Command], Diagnosis]], ...] = (
    (r"error: (?:unrecognized arguments|ambiguous option): (.+)$", _option),
    (r"^Error: class uri '([^']+)' invalid or not found", _class),
    (r"Connection in use: (.+)$", _in_use),
    (r"connection to (.+) failed: \[Errno -?\d+\] (.+)$", _cannot_bind),
    (r"^Failed to find attribute '([^']+)' in '([^']+)'", _attribute),
)


def _spoken(address: str) -> str:
    """Return Gunicorn's `('127.0.0.1', 8000)` as people write it."""
    found = re.match(r"\('([^']*)', (\d+)", address)
    return f"{found[1]}:{found[2]}" if found else address
