"""What a shell would do with a command line: there is none, and each such thing is named."""

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from labapp.servers.command import expansions
from labapp.servers.command.answered import BUILTINS
from labapp.servers.command.expansions import ASSIGNMENT
from labapp.servers.command.programs import search_path
from labapp.servers.command.quoting import call, interpreted, one_line, shown_folder, split
from labapp.servers.errors import LaunchError

_OPERATOR = re.compile(r"&&|\|\||&>>?\s*\S*|\|&?|;+|&|<(?P<place>[\w -]+)>|[<>]+[&|]?\s*[^\s;&|<>]*|[()]|\n")
_BETWEEN = re.compile(r"&&|\|\||[;\n]|(?<![<>])&(?!>)")
_REDIRECTED = re.compile(r"\s*(?<!\S)\d*&?[<>]+[&|]?\s*[^\s;&|<>]*|[\s;&]+$")
_NONE = "belongs to a shell, and there is none: the lab starts the program itself."
_LOG = "leave it out: what the program writes is in its log. web = {}, then web.log"


def refuse_shell(text: str, cwd: Path) -> None:
    """Raise `LaunchError` for the first thing in a command line that only a shell would understand."""
    for place, char, quote in interpreted(text):
        error = expansions.substitution(text, place) if char in "$`" else None
        if not quote:
            error = error or expansions.file_names(text, place, cwd)
            if not error and (found := _OPERATOR.match(text, place)):
                error = _operator(text, found, cwd)
        if error:
            raise error


def _operator(text: str, found: re.Match[str], cwd: Path) -> LaunchError | None:
    token, rest = found[0], text[found.end() :].strip()
    before = text[: found.start()]
    if token == "\n" and not _begins_a_command(before, rest):
        return None
    if token[0] in ";\n" or token in ("&&", "||") or (token == "&" and rest):
        return _sequence(text, token[:2], cwd)
    if found["place"]:
        return LaunchError(f"`{token}` stands for something to be filled in.", "write what it stands for.")
    if token[0] in "<>" or token.startswith("&>"):
        return _redirection(token, before, rest)
    return LaunchError(
        f"`{token}` {_NONE}",
        f"leave it out: {_plain_call(before)} runs beside the notebook without it."
        if token == "&"
        else _LOG.format(_plain_call(before))
        if token[0] == "|"
        else f"write quotes around the word: {expansions.quoted_word(text, found.start())}",
    )


def _redirection(token: str, before: str, rest: str) -> LaunchError:
    digits = re.search(r"(?<!\S)\d*$", before)
    number = digits[0] if digits else ""
    return LaunchError(
        f"`{number}{token.strip()}` {_NONE}",
        "leave it out: the standard input of a server is empty."
        if token[0] == "<"
        else _LOG.format(_plain_call(f"{before.removesuffix(number)} {rest}")),
    )


def _plain_call(command: str, cwd: str = "", env: Mapping[str, str] | None = None) -> str:
    """Return the call that launches a command without what a shell would do with its output."""
    return call(_REDIRECTED.sub("", command), cwd=cwd, env=env)


def _sequence(text: str, token: str, cwd: Path) -> LaunchError:
    """Return the error for commands one after the other, of which some only prepare for the last."""
    what = "A line break between two commands" if token == "\n" else f"`{token}`"
    steps = list(_steps(text))
    if not steps:
        return LaunchError(f"{what} {_NONE}", "write a server's command, and nothing before it.")
    if len(steps) == 1:
        return LaunchError(f"{what} {_NONE}", f"leave it out: {_plain_call(steps[0])}")
    directory, settings, program = Path(), {}, ""
    while len(steps) > 1:
        match split(steps[0]):
            case ["cd" | "pushd", where]:
                directory /= where
            case ["export" | "set", *given] if given and all(map(ASSIGNMENT.fullmatch, given)):
                settings.update(dict(one.split("=", 1) for one in given))
            case ["source" | ".", script] if script.endswith("/activate"):
                program = f"{Path(script).parent}/"
            case _:
                break
        steps.pop(0)
    if len(steps) > 1:
        return LaunchError(
            f"{what} {_NONE}",
            "give each command a cell of its own: lab.launch(…) for a server, and for any other ! before it.",
        )
    where = "" if directory == Path() else shown_folder(cwd / directory)
    return LaunchError(f"{what} {_NONE}", f"write {_plain_call(program + steps[0], cwd=where, env=settings)}")


def _steps(text: str) -> Iterator[str]:
    """Yield the commands of a line that a shell runs one after the other."""
    start = 0
    for place, char, quote in interpreted(text):
        if quote or place < start or not (found := _BETWEEN.match(text, place)):
            continue
        if char != "\n" or _begins_a_command(text[start:place], text[place:]):
            yield from filter(None, [text[start:place].strip()])
            start = found.end()
    yield from filter(None, [text[start:].strip()])


def _begins_a_command(before: str, rest: str) -> bool:
    """Whether a line goes on with another command, and not with the words of the one before it."""
    words, line = rest.split(), one_line(before)
    if not words or not line or line.rpartition(" ")[2].startswith("-"):
        return False
    first = words[0]
    return bool(first in BUILTINS or ASSIGNMENT.fullmatch(first) or shutil.which(first, path=search_path()))
