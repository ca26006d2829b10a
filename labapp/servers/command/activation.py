"""A server that is handed its sockets: `systemd-socket-activate` opens them, waits, and becomes it."""

from collections.abc import Iterable
from pathlib import Path

from labapp.servers.command.options import option_values
from labapp.servers.command.parsed import Command

ACTIVATOR = "systemd-socket-activate"
_LISTEN = ("-l", "--listen")


def handed(command: Command) -> list[str] | None:
    """Return the addresses at which it is handed sockets, in the lab's spelling; None if it opens its own."""
    if (place := _place(command)) is None:
        return None
    found = option_values(command.argv[place + 1 : command.wrapped], _LISTEN)
    return [f"*:{one}" if one.isdecimal() else f"unix:{one}" if one[:1] in "/@" else one for one in found]


def handing_on(command: Command, variables: Iterable[str], port: int) -> tuple[str, ...]:
    """Return the words by which the variables, which it keeps to itself unless told, reach the server.

    Where no address is named, one of loopback is: it takes no port 0.
    """
    addresses = handed(command)
    if addresses is None:
        return ()
    words = [word for name in variables for word in ("-E", name)]
    return (*words, *(() if addresses else ("-l", f"127.0.0.1:{port}")))


def with_words(command: Command, words: Iterable[str]) -> tuple[str, ...]:
    """Return the words of the command with these after the name of what opens the sockets."""
    place = _place(command)
    start = 0 if place is None else place + 1
    return (*command.argv[:start], *words, *command.argv[start:])


def _place(command: Command) -> int | None:
    names = [Path(word).name for word in command.argv[: command.wrapped]]
    return names.index(ACTIVATOR) if ACTIVATOR in names else None
