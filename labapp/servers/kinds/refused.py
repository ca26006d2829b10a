"""What servers of many kinds say alike when they do not start: no such option, a port taken, no package."""

import difflib
import re
from collections.abc import Sequence

from labapp.observe.kernel import how_to_pip_install
from labapp.servers.command import Command
from labapp.servers.diagnosis import Diagnosis, Failure, socket_owner
from labapp.servers.kinds.rows import ROWS, whose
from labapp.servers.wording import enumerated

_NO_OPTION = re.compile(
    r"(?:[Nn]o such option:?|unrecognized arguments?:|unrecognized option|option) '?(?P<option>--?\w[\w-]*)"
    r"(?:'|=| |\.|$)(?:.*not recognized)?"
)
_TAKEN = re.compile(r"(?:address|port) (?:is )?already in use|in use by another|os error 98", re.IGNORECASE)
_NO_MODULE = re.compile(r"^\S+: No module named (?P<module>\w+)", re.MULTILINE)


def read(failure: Failure, name: str, command: Command, addresses: Sequence[str]) -> Diagnosis | None:
    """Return what a server named so has said; None if it is nothing of this kind."""
    if failure.hopeless is not None or failure.timeout is not None:
        return None
    if found := _NO_OPTION.search(failure.log):
        return unknown_option(found["option"], name, command)
    if _TAKEN.search(failure.log):
        return _taken(addresses, command)
    if found := _NO_MODULE.search(failure.log):
        return _no_package(found["module"], name, command)
    return None


def unknown_option(option: str, name: str, command: Command) -> Diagnosis:
    """Say that a server has no such option, and which ones have."""
    own = next((row.options for row in ROWS if row.name == name), frozenset())
    others = list(whose(option))
    close = difflib.get_close_matches(option, own, n=2, cutoff=0.7)
    hint = f"did you mean {' or '.join(close)}? " if close else ""
    program = f"python -m {command.module[0]}" if command.module[0] else command.name
    return Diagnosis(
        f"{name} has no option {option}{f': it is one of {enumerated(others)}' if others else ''}.",
        f"{hint}`{program} --help` lists what it takes.",
    )


def _taken(addresses: Sequence[str], command: Command) -> Diagnosis | None:
    numbers = [word for word in command.arguments if word.isdecimal() and 0 < int(word) < 65536]
    for address in (*addresses, *(f"127.0.0.1:{number}" for number in numbers)):
        if owner := socket_owner(address, unknown=""):
            return Diagnosis(
                f"{address} is taken: {owner} listens there.",
                "name no port and the lab finds a free one, or stop who holds this one first.",
            )
    return None


def _no_package(module: str, name: str, command: Command) -> Diagnosis | None:
    row = next((row for row in ROWS if row.name == name and module in row.modules), None)
    if row is None:
        return None
    return Diagnosis(f"{name} is not installed for {command.program}.", how_to_pip_install(row.package))
