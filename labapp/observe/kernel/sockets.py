"""The sockets on which processes could accept connections."""

from __future__ import annotations

import re
import socket
import struct
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_LISTEN = "0A"
_ACCEPTS = 0x10000  # __SO_ACCEPTCON in the flags of /proc/net/unix


def listening(pids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return the addresses of each pid's listening sockets, as `127.0.0.1:8000`, `[::1]:8000`, `unix:/path`.

    A process that is gone, or another user's, holds none that can be seen.
    """
    if sys.platform != "linux":
        return {pid: _portable(pid) for pid in pids}
    addresses = _tcp("tcp", socket.AF_INET) | _tcp("tcp6", socket.AF_INET6) | _unix()
    return {pid: tuple(dict.fromkeys(addresses[i] for i in _inodes(pid) if i in addresses)) for pid in pids}


def descriptors(pid: int, address: str) -> dict[int, str]:
    """Return the descriptors by which a process holds the sockets that listen on `address`.

    Each comes with the system's own name for the socket (Linux: `socket:[INODE]`), equal in all processes
    that hold the same one. On macOS `lsof` is asked, which names it by its address in the kernel.
    """
    if sys.platform != "linux":
        return _descriptors_by_lsof(pid, address)
    addresses = _tcp("tcp", socket.AF_INET) | _tcp("tcp6", socket.AF_INET6) | _unix()
    held = _sockets(pid).items()
    return {number: f"socket:[{inode}]" for number, inode in held if addresses.get(inode) == address}


def _descriptors_by_lsof(pid: int, address: str) -> dict[int, str]:
    command = ["lsof", "-a", "-n", "-P", "-p", str(pid), f"-iTCP@{address}", "-sTCP:LISTEN", "-F", "fd"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return {int(number): name for number, name in re.findall(r"^f(\d+)\nd(\S+)$", listed, re.MULTILINE)}


def _inodes(pid: int) -> list[str]:
    """Return the inodes of the sockets a process holds, in the order of its descriptors."""
    return list(_sockets(pid).values())


def _sockets(pid: int) -> dict[int, str]:
    """Return the inode of each socket a process holds, by descriptor."""
    found = {}
    with suppress(OSError):
        for descriptor in sorted(Path(f"/proc/{pid}/fd").iterdir(), key=lambda path: int(path.name)):
            with suppress(OSError):
                target = str(descriptor.readlink())
                if target.startswith("socket:["):
                    found[int(descriptor.name)] = target[8:-1]
    return found


def _tcp(table: str, family: socket.AddressFamily) -> dict[str, str]:
    found = {}
    for line in _table(table):
        fields = line.split()
        if fields[3] == _LISTEN:
            host, port = fields[1].split(":")
            found[fields[9]] = _address(host, int(port, 16), family)
    return found


def _address(host: str, port: int, family: socket.AddressFamily) -> str:
    """Read the kernel's spelling: words of 32 bits in the machine's byte order."""
    words = [int(host[i : i + 8], 16) for i in range(0, len(host), 8)]
    text = socket.inet_ntop(family, struct.pack(f"={len(words)}I", *words))
    return f"[{text}]:{port}" if family == socket.AF_INET6 else f"{text}:{port}"


def _unix() -> dict[str, str]:
    found = {}
    for line in _table("unix"):
        fields = line.split(None, 7)
        if int(fields[3], 16) & _ACCEPTS:
            found[fields[6]] = f"unix:{fields[7]}" if len(fields) > 7 else "unix:(unnamed)"
    return found


def _table(name: str) -> list[str]:
    with suppress(OSError):
        return Path(f"/proc/net/{name}").read_text(errors="replace").splitlines()[1:]
    return []


def _portable(pid: int) -> tuple[str, ...]:
    import psutil  # noqa: PLC0415 - slow to import, and not needed on Linux

    found: dict[str, None] = {}
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        for held in psutil.Process(pid).net_connections(kind="inet"):
            if held.status == psutil.CONN_LISTEN and held.laddr:
                host, port = held.laddr.ip, held.laddr.port
                found[f"[{host}]:{port}" if held.family == socket.AF_INET6 else f"{host}:{port}"] = None
    return tuple(found)
