"""Where processes listen, looked up so cheaply that a starting server can be asked every few milliseconds."""

# ruff: noqa: PTH115, PTH208 (pathlib takes several times as long)

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from labapp.observe.kernel import sockets
from labapp.observe.kernel.socket_diagnosis import tcp_listeners

ACCEPTS = b" 00010000 "  # The flag of a socket that listens, in /proc/net/unix.
SOCKET = re.compile(r"socket:\[(\d+)\]")


def listening(pids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return, as `observe.sockets.listening` does, the addresses on which each process listens."""
    if (known := _addresses()) is None:
        return sockets.listening(pids)
    return {pid: tuple(known[inode] for inode in _held(pid) if inode in known) for pid in pids}


class Newcomers:
    """What has come to listen since this was made: nobody's descriptors are read until there is something."""

    def __init__(self) -> None:
        self._before = (_addresses() or {}).keys()

    def of(self, pids: Callable[[], Iterable[int]]) -> set[str]:
        """Return the addresses on which any of these processes listens."""
        known = _addresses()
        if known is not None and known.keys() <= self._before:
            return set()
        return {address for held in listening(pids()).values() for address in held}


def _addresses() -> dict[int, str] | None:
    """Return the addresses of this machine's listening sockets by inode; None where that is not to be had."""
    if sys.platform == "linux":
        with suppress(OSError):
            return tcp_listeners() | _unix_listeners()
    return None


def _held(pid: int) -> Iterator[int]:
    """Yield the inodes of the sockets a process holds, in the order of its descriptors."""
    folder = f"/proc/{pid}/fd"
    with suppress(OSError):
        for descriptor in sorted(map(int, os.listdir(folder))):
            with suppress(OSError):
                if held := SOCKET.fullmatch(os.readlink(f"{folder}/{descriptor}")):
                    yield int(held[1])


def _unix_listeners() -> dict[int, str]:
    """Return the address of each listening unix socket by its inode, as it was bound."""
    table = Path("/proc/net/unix").read_bytes().splitlines()
    rows = [row.split(None, 7) for row in table if ACCEPTS in row]
    return {int(row[6]): f"unix:{os.fsdecode(row[7])}" for row in rows if len(row) > 7}
