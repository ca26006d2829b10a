"""Where a configuration listens, and whether that place is this machine's alone, and free."""

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from labapp.servers.http import host_and_port, is_loopback
from labapp.servers.kinds.nginx.configuration.syntax import Word, everything, read


@dataclass(frozen=True, slots=True)
class Listen:
    """One `listen`: its address in the lab's spelling, whether it speaks TLS, and the word that says so."""

    address: str
    tls: bool
    word: Word
    stated: bool = True
    """Whether it is written down; a server block without `listen` listens at every address."""


def listens(text: str) -> Iterator[Listen]:
    """Yield what the servers of a configuration listen on; included files are not read."""
    for directive in everything(read(text)):
        if directive.block is None or directive.name != "server" or "http" in directive.arguments:
            continue
        own = [one for one in directive.block if one.name == "listen" and one.arguments]
        for one in own:
            yield Listen(_whole(one.arguments[0]), "ssl" in one.arguments[1:], one.words[1])
        if not own:
            port = 80 if os.geteuid() == 0 else 8000
            yield Listen(f"*:{port}", False, directive.words[0], stated=False)


def exposed_listen(text: str) -> Listen | None:
    """Return the first place where other machines could reach the server; None if there is none."""
    return next((one for one in listens(text) if not is_loopback(one.address)), None)


def taken_listen(text: str, own: frozenset[str] = frozenset()) -> Listen | None:
    """Return the first place, beside its own, where somebody listens already; None if all are free."""
    found = (one for one in listens(text) if one.address not in own and _is_taken(one.address))
    return next(found, None)


def _whole(address: str) -> str:
    """Return the address with host and port; Nginx takes either alone."""
    if address.startswith("unix:"):
        return address
    if address.isdigit():
        return f"*:{address}"
    host, _, port = address.rpartition(":")
    return address if host and not port.endswith("]") else f"{address}:80"


def _is_taken(address: str) -> bool:
    with suppress(ValueError, OSError):
        if address.startswith("unix:"):
            return os.path.lexists(address.removeprefix("unix:"))  # Nginx does not bind what is there.
        if not is_loopback(address):
            return False
        host, port = host_and_port(address)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                return error.errno == errno.EADDRINUSE
    return False
