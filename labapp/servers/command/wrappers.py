"""What stands before a server's own command: looked through where it becomes the server, else answered."""

import re
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from labapp.servers.command.answered import refuse_wrapper, skip
from labapp.servers.command.expansions import ASSIGNMENT
from labapp.servers.command.quoting import call
from labapp.servers.errors import LaunchError

# Programs that become the command that follows them, by exec: their options that take a word of their own,
# and how many words stand before the command.
_BECOMING = {
    "nohup": ((), 0),
    "nice": (("-n", "--adjustment"), 0),
    "ionice": (("-c", "-n", "--class", "--classdata"), 0),
    "stdbuf": (("-i", "-o", "-e", "--input", "--output", "--error"), 0),
    "taskset": ((), 1),
    "chrt": (("-T", "-P", "-D", "--sched-runtime", "--sched-period", "--sched-deadline"), 1),
    "prlimit": ((), 0),
    "systemd-socket-activate": (("-l", "--listen", "-E", "--setenv", "--fdname"), 0),
}
_SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh"})


@dataclass
class Unwrapped:
    """A command without what would stand between the lab and the server."""

    words: list[str]
    wrapped: int = 0
    """How many of the words are another program's, which becomes the server."""
    dropped: frozenset[str] = frozenset()
    """The variables that are to be missing."""


def unwrap(
    words: Sequence[str],
    settings: MutableMapping[str, str],
    place: Path,
    reread: Callable[[str], list[str]] | None,
) -> Unwrapped:
    """Look through what stands before a command; where that is not sound, `LaunchError` says what to do.

    `env` adds to the settings. `reread` reads the command that a shell is given, if it is to be read.
    """
    found, kept = Unwrapped(list(words)), 0
    while len(found.words) > kept:
        own = found.words[kept:]
        name = Path(own[0]).name
        if name == "env" and len(own) > 1:
            rest = _env(own[1:], settings, found)
        elif own[0] in ("exec", "command") and len(own) > 1 and not own[1].startswith("-"):
            rest = own[1:]
        elif own[:2] == ["exec", "-a"] and len(own) > 3:
            rest = own[3:]  # By another name it would be the same program.
        elif name in _SHELLS and reread and (script := _script(own)) is not None:
            rest = _read_script(name, own, script, reread)
            while rest and (assignment := ASSIGNMENT.fullmatch(rest[0])):
                settings[assignment[1]] = assignment[2]
                rest.pop(0)
        elif name in _BECOMING and (skipped := skip(own, *_BECOMING[name])) < len(own):
            kept += skipped
            continue
        elif own == ["env"] or name in _BECOMING:
            raise LaunchError(
                f"`{name}` is there to run another command, and none follows it.",
                f"write the server's behind it: {call(f'{name} python -m http.server 0 --bind 127.0.0.1')}",
            )
        else:
            refuse_wrapper(own, place)
            break
        found.words[kept:] = rest
    found.wrapped = kept if len(found.words) > kept else 0
    return found


def _env(words: list[str], settings: MutableMapping[str, str], found: Unwrapped) -> list[str]:
    rest = list(words)
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        if option == "--":
            break
        if option in ("-u", "--unset") and rest:
            name = rest.pop(0)
        elif option.startswith("--unset="):
            name = option.partition("=")[2]
        else:
            raise LaunchError(
                f"`env {option}` would take from the server what the lab tells it.",
                "leave it out, and write the environment and the directory as env= and cwd=; what a notebook "
                "sets for itself is withheld from a server anyway.",
            )
        settings.pop(name, None)
        found.dropped |= {name}
    while rest and (assignment := ASSIGNMENT.fullmatch(rest[0])):
        settings[assignment[1]] = assignment[2]
        rest.pop(0)
    return rest


def _script(words: Sequence[str]) -> str | None:
    """Return the command that a shell is given by -c."""
    for place, word in enumerate(words[1:-1], 1):
        if re.fullmatch(r"-[a-z]*c", word):
            return words[place + 1]
    return None


def _read_script(
    name: str, words: Sequence[str], script: str, reread: Callable[[str], list[str]]
) -> list[str]:
    """Return the words of what a shell would become; it only does if there is nothing else for it to do."""
    if any(re.fullmatch(r"-[a-z]*[li][a-z]*|--login", word) for word in words[1:]):
        raise LaunchError(
            f"`{name}` would start a shell of your own, with its profile, in between.",
            f"leave it out: {call(script)}",
        )
    try:
        return reread(script)
    except LaunchError as error:
        raise LaunchError(
            f"`{name} -c` would put a shell between the lab and the server: {error.summary}",
            error.advice,
            excerpt=error.excerpt,
        ) from None
