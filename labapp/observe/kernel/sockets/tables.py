"""Which sockets listen, as `/proc/net` lists them (Linux)."""

from __future__ import annotations

import os
import socket
import struct
from contextlib import suppress
from pathlib import Path

_LISTEN = b"0A"
_ACCEPTS = b" 00010000 "  # The flag of a socket that listens, in /proc/net/unix.


def tcp_listeners() -> dict[int, str]:
    """Return the address of each listening TCP socket by inode; reads every connection of the machine."""
    found = {}
    for name, family in (("tcp", socket.AF_INET), ("tcp6", socket.AF_INET6)):
        for line in _lines(name):
            fields = line.split()
            if fields[3] == _LISTEN:
                host, port = fields[1].decode().split(":")
                found[int(fields[9])] = _address(host, int(port, 16), family)
    return found


def unix_listeners() -> dict[int, str]:
    """Return the address of each listening unix socket by inode, as it was bound."""
    rows = [line.split(None, 7) for line in _lines("unix") if _ACCEPTS in line]
    return {int(row[6]): f"unix:{os.fsdecode(row[7])}" for row in rows if len(row) > 7}


def _address(host: str, port: int, family: socket.AddressFamily) -> str:
    """Read the kernel's spelling: words of 32 bits in the machine's byte order."""
    words = [int(host[i : i + 8], 16) for i in range(0, len(host), 8)]
    text = socket.inet_ntop(family, struct.pack(f"={len(words)}I", *words))
    return f"[{text}]:{port}" if family == socket.AF_INET6 else f"{text}:{port}"


def _lines(name: str) -> list[bytes]:
    with suppress(OSError):
        return Path(f"/proc/net/{name}").read_bytes().splitlines()[1:]
    return []
