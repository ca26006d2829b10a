"""How many connections wait in the queue of a listening socket: the kernel's own count, asked for by netlink.

`/proc/net/tcp` tells it too, but among every connection of the machine.
"""

from __future__ import annotations

import socket
import struct
import sys
from collections.abc import Iterable

_SOCK_DIAG, _BY_FAMILY, _REQUEST, _ERROR = 4, 20, 1, 2
_LISTEN = 10
_HEADER, _WANTED, _IDENTITY, _NO_COOKIE = struct.Struct("=IHHII"), "=BBBBI", "!HH16s16s", b"\xff" * 8
# Where an answer tells it: after the header, the state, the socket's identity, a timer.
_QUEUE = 16 + 4 + 48 + 4
_PATIENCE = 0.1  # seconds; the kernel answers while it is asked


def waiting(addresses: Iterable[str]) -> dict[str, int]:
    """Return how many wait at each of these addresses (`127.0.0.1:8000`) at which anybody waits.

    Unix sockets are left out, and all of them where the system does not tell.
    """
    found = {address: _ask(address) for address in addresses if not address.startswith("unix:")}
    return {address: number for address, number in found.items() if number}


def _ask(address: str) -> int:
    if sys.platform != "linux":
        return 0
    host, _, port = address.rpartition(":")
    family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
    try:
        ip = socket.inet_pton(family, host.strip("[]"))
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _SOCK_DIAG) as kernel:
            kernel.settimeout(_PATIENCE)
            kernel.send(_question(family, ip, int(port)))
            answer = kernel.recv(4096)
    except (OSError, ValueError):
        return 0
    if len(answer) < _QUEUE + 4 or _HEADER.unpack_from(answer)[1] == _ERROR:
        return 0
    return int(struct.unpack_from("=I", answer, _QUEUE)[0])


def _question(family: int, ip: bytes, port: int) -> bytes:
    """Return the message that asks for the socket listening at this address, whichever its cookie."""
    identity = struct.pack(_IDENTITY, port, 0, ip, b"") + bytes(4) + _NO_COOKIE
    wanted = struct.pack(_WANTED, family, socket.IPPROTO_TCP, 0, 0, 1 << _LISTEN) + identity
    return _HEADER.pack(_HEADER.size + len(wanted), _BY_FAMILY, _REQUEST, 1, 0) + wanted
