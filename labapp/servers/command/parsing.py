"""Reading a command line as a person types it."""

import errno
import os
import re
import shlex
import stat
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from labapp.servers.command.expansions import ASSIGNMENT
from labapp.servers.command.parsed import Command
from labapp.servers.command.pasted import refuse_pasted
from labapp.servers.command.programs import find
from labapp.servers.command.quoting import one_line, split
from labapp.servers.command.shell import refuse_shell
from labapp.servers.command.typography import refuse_typography, refuse_typography_in
from labapp.servers.command.variables import environment_of
from labapp.servers.command.wrappers import unwrap
from labapp.servers.errors import LaunchError

# Of what means nothing to a shell, most commands are made: they need not be read character by character.
_PLAIN = re.compile(r"[\w./:=@%+, -]*", re.ASCII)


def parse(
    command: str | Sequence[str],
    *,
    cwd: str | Path | None = None,
    env: Mapping[str, str] | None = None,
    foreign: Iterable[str] = (),
    installed: Callable[[str], str | None] = lambda _: None,
) -> Command:
    """Read a command line, typed in one string or as a list of words; `LaunchError` if nothing can be run.

    `foreign` are patterns of variables that it does not inherit, beside those that no server does;
    `installed` tells where a program is that PATH does not lead to.
    """
    typed = (command if isinstance(command, str) else shlex.join(command)).strip()
    try:
        return _parse(command, cwd, dict(env or {}), foreign, installed)
    except LaunchError as error:
        raise LaunchError(error.summary, error.advice, command=typed, excerpt=error.excerpt) from None


def _parse(
    command: str | Sequence[str],
    cwd: str | Path | None,
    settings: dict[str, str],
    foreign: Iterable[str],
    installed: Callable[[str], str | None],
) -> Command:
    place = _folder(cwd)
    if "\0" in "".join(command):
        raise LaunchError(
            "The command has a NUL character in it, which no program can be given.", "take it out."
        )
    if isinstance(command, str):
        line = command.strip().replace("\r\n", "\n")
        words = _words(line, place)
        while words and (assignment := ASSIGNMENT.fullmatch(words[0])):
            settings[assignment[1]] = assignment[2]
            words.pop(0)
        typed = one_line(line)
    else:
        words, typed = list(command), shlex.join(command)
        refuse_typography_in(words)
    reread = (lambda script: _words(script, place)) if isinstance(command, str) else None
    unwrapped = unwrap(words, settings, place, reread)
    words = unwrapped.words
    if not words:
        raise LaunchError(
            "The command sets variables, and runs nothing." if settings else "The command is empty.",
            "write it as in a terminal: lab.launch('python -m http.server 0 --bind 127.0.0.1').",
        )
    environment, withheld = environment_of(settings, foreign)
    for name in unwrapped.dropped - settings.keys():
        environment.pop(name, None)
    program = find(words[0], environment["PATH"], place, installed)
    parsed = Command(typed, tuple(words), program, place, settings, environment, withheld)
    if not unwrapped.wrapped:
        return parsed
    becomes = find(words[unwrapped.wrapped], environment["PATH"], place, installed)
    return replace(parsed, wrapped=unwrapped.wrapped, becomes=becomes)


def _folder(cwd: str | Path | None) -> Path:
    """Return the directory where the server is to run; `LaunchError` if it cannot be entered."""
    place = Path(cwd or Path.cwd()).absolute()
    try:
        there = stat.S_ISDIR(place.stat().st_mode)
    except OSError as error:
        why = {errno.ENOENT: "does not exist", errno.ENOTDIR: "does not exist"}.get(
            error.errno or 0, f"cannot be reached: {error.strerror}"
        )
        raise LaunchError(f"The directory {str(place)!r} {why}.", "give another cwd=.") from None
    if not there:
        raise LaunchError(f"{str(place)!r} is no directory, but a file.", f"cwd={str(place.parent)!r}?")
    if not os.access(place, os.R_OK | os.X_OK):
        raise LaunchError(
            f"You may not enter the directory {str(place)!r}.", "give another cwd=; ls -ld shows who may."
        )
    return place


def _words(line: str, place: Path) -> list[str]:
    """Return the words of a command line, in which there is nothing that only a shell would understand."""
    refuse_pasted(line)
    refuse_typography(line)
    if _PLAIN.fullmatch(line):
        return line.split()
    if found := re.search(r"\\([ \t]+)\n", line):
        number = line.count("\n", 0, found.start()) + 1
        raise LaunchError(
            f"Line {number} of the command ends with a blank after its backslash, and so does not go on.",
            "take the blank away: the backslash must come last.",
        )
    refuse_shell(line, place)
    return split(line)
