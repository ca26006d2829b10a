"""What servers of many kinds say alike when they do not start: no such option, a port taken, no package."""

import difflib
import re
import shlex
from collections.abc import Sequence
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

from labapp.observe.kernel import how_to_pip_install
from labapp.servers.command import Command, has_option, option_values, own_directories
from labapp.servers.diagnosis import Diagnosis, Failure, path_owner, socket_owner
from labapp.servers.kinds.complaints.unnamed import unnamed
from labapp.servers.kinds.rows import ROWS, whose
from labapp.servers.wording import enumerated

# As click, argparse, getopt in C, Django, and getopt in Python say it; of a short one C names the letter.
_NO_OPTION = re.compile(
    r"(?:[Nn]o such option:?|unrecognized arguments:(?: \w\S*)*|unrecognized option|Unknown command:) "
    r"['\"]?(?P<option>--?\w[\w-]*)|invalid option -- '(?P<letter>\w)'"
    r"|option (?P<other>--?\w\S*) not recognized"
)
_TAKEN = re.compile(r"(?:address|port) (?:is )?already in use|in use by another|os error 98", re.IGNORECASE)
_NO_VALUE = re.compile(
    r"[Oo]ption '?(?P<option>--?\w[\w-]*)'? requires (?:an |1 )?argument"
    r"|argument (?P<names>-\S+): expected one|requires an argument -- '(?P<letter>\w)'"
)
_ENCRYPTING = ("--cert", "--certfile", "--ssl-certfile", "--ssl-certificate", "--https")
_ADDRESSES = ("--bind", "-b", "--host", "--port", "-p")
_NO_MODULE = re.compile(r"No module named '?(?P<module>\w+)'?$", re.MULTILINE)


def read(failure: Failure, name: str, command: Command, addresses: Sequence[str]) -> Diagnosis | None:
    """Return what a server named so has said; None if it is nothing of this kind."""
    if failure.timeout is not None or failure.hopeless is not None:
        return None if failure.timeout is None else _encrypted(name, command)
    if found := _NO_OPTION.search(failure.log):
        option = f"-{found['letter']}" if found["letter"] else found["option"] or found["other"]
        return unknown_option(option, name, command)
    if found := _NO_VALUE.search(failure.log):
        option = f"-{found['letter']}" if found["letter"] else found["option"] or found["names"]
        return Diagnosis(f"{name} wants a value after {option}.", f"{_help(name, command)} says which.")
    if _TAKEN.search(failure.log):
        return taken(addresses, command)
    if wrong := unnamed(failure.log, name, command):
        return wrong
    found = _NO_MODULE.search(failure.log)
    return _no_package(found["module"], name, command) if found else None


def _encrypted(name: str, command: Command) -> Diagnosis | None:
    """Say why a server that speaks TLS gives no answer; None if it does not."""
    option = next((one for one in _ENCRYPTING if has_option(command.arguments, (one,))), "")
    if not option:
        return None
    return Diagnosis(
        f"{name} speaks TLS, as {option} has it, and answers nobody who speaks HTTP.",
        f"leave {option} out: of those that speak TLS the lab asks Gunicorn and Nginx.",
    )


def unknown_option(option: str, name: str, command: Command) -> Diagnosis:
    """Say that a server has no such option, or none there, and which ones have."""
    row = next((row for row in ROWS if row.name == name), None)
    own = row.options if row else frozenset[str]()
    words = [word.partition("=")[0] for word in command.own]
    if row and row.subcommand and option in own and option in words:
        side = "before" if words.index(option) > words.index(row.subcommand) else "after"
        return Diagnosis(
            f"{name} takes {option} only {side} `{row.subcommand}`.",
            f"write it there: {_moved(option, row.subcommand, command)}",
        )
    others = [one for one in whose(option) if one != name]
    instead = address_instead(option, own, command)
    close = [] if others else difflib.get_close_matches(option, own, n=2, cutoff=0.7)
    hint = f"did you mean {' or '.join(close)}? " if close else f"write {instead}; " if instead else ""
    who = name if own or not command.script else Path(command.script).name
    return Diagnosis(
        f"{who} has no option {option}{f': it is one of {enumerated(others)}' if others else ''}.",
        f"{hint}{_help(name, command)} lists what it takes.",
    )


def address_instead(option: str, own: frozenset[str], command: Command) -> str:
    """Return how a server with these options is told an address that is given in another's way."""
    if option not in _ADDRESSES:
        return ""
    given = {one: (option_values(command.arguments, (one,)) or [""])[-1] for one in _ADDRESSES}
    bound = given["--bind"] or given["-b"]
    host, _, port = bound.rpartition(":") if ":" in bound else (bound, "", "")
    host, port = given["--host"] or host or "127.0.0.1", given["--port"] or given["-p"] or port or "8000"
    if "/" in bound or not port.isdecimal():
        return ""
    if {"--host", "--port"} <= own:
        return f"--host {host} --port {port}"
    return f"--bind {host}:{port}" if {"--bind", "-w"} <= own else ""


def _help(name: str, command: Command) -> str:
    """Return the command by which a server tells its options."""
    module, script = command.module[0], command.script
    words = ["python", *(("-m", module) if module else (script,))] if module or script else [command.name]
    subcommand = next((row.subcommand for row in ROWS if row.name == name), "")
    return f"`{shlex.join([*words, *filter(None, [subcommand]), '--help'])}`"


def _moved(option: str, subcommand: str, command: Command) -> str:
    """Return a command in which an option, with its value, stands on the other side of a subcommand."""
    words = list(command.own)
    place = next(n for n, word in enumerate(words) if word.partition("=")[0] == option)
    after = "".join(words[place + 1 : place + 2])
    valued = "=" not in words[place] and after not in ("", subcommand) and not after.startswith("-")
    moved = words[place : place + 1 + valued]
    rest = [*words[:place], *words[place + len(moved) :]]
    where = rest.index(subcommand) if words.index(subcommand) < place else len(rest)
    return shlex.join([*rest[:where], *moved, *rest[where:]])


def taken(addresses: Sequence[str], command: Command, unknown: str = "") -> Diagnosis | None:
    """Say who listens at the first of some addresses at which somebody does; None if nobody does."""
    addresses = [address.replace("localhost", "127.0.0.1") for address in addresses]
    numbers = [word for word in command.arguments if word.isdecimal() and 0 < int(word) < 65536]
    for path in (Path(one.removeprefix("unix:")) for one in addresses if one.startswith("unix:")):
        if owner := path_owner(path):
            return Diagnosis(f"unix:{path} is taken: {owner} listens there.", "name another path.")
        if path.is_socket():
            return Diagnosis(
                f"unix:{path} counts as in use: who listened there has ended, and has left its file.",
                f"remove it first: Path({str(path)!r}).unlink().",
            )
    for address in (*addresses, *(f"127.0.0.1:{number}" for number in numbers)):
        if owner := socket_owner(address, unknown):
            return Diagnosis(
                f"{address} is taken: {owner} listens there.",
                "name no port and the lab finds a free one, or stop who holds this one first.",
            )
    return None


def no_directory(place: Path, written: str) -> Diagnosis:
    """Say that a unix socket is to be where there is no directory."""
    return Diagnosis(
        f"There is no directory {str(place.parent)!r} for the unix socket {written!r}.",
        f"make it first: Path({str(place.parent)!r}).mkdir(); or bind another path.",
    )


def _no_package(module: str, name: str, command: Command) -> Diagnosis | None:
    row = next((row for row in ROWS if row.name == name and module in row.modules), None)
    if row is None:
        asked = next((word for word, value in pairwise(command.arguments) if value == module), "")
        asked = next((word for word in command.arguments if word.endswith(f"={module}")), asked)
        if not asked.startswith("--"):
            return None
        return Diagnosis(
            f"{name} needs the package {module!r} for {asked.partition('=')[0]}, which is not here.",
            how_to_pip_install(module),
        )
    program, remedy = command.program, how_to_pip_install(row.package)
    if str(Path(program).parent) not in own_directories():
        words = shlex.join(["python", *command.own[1:]])
        there = find_spec(module) is not None
        remedy = (
            f"leave the path out: {words}"
            if there
            else shlex.join([program, *["-m", "pip", "install"], row.package])
        )
    return Diagnosis(f"{name} is not installed for {program}.", remedy)
