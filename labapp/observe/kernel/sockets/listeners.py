"""Who listens where, looked up so cheaply that a starting server can be asked every few milliseconds."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping

from labapp.observe.kernel.sockets import diagnosis, tables
from labapp.observe.kernel.sockets.held import inodes


def listening(pids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return the addresses of each pid's listening sockets, as `127.0.0.1:8000`, `[::1]:8000`, `unix:/path`.

    A process that is gone, or another user's, holds none that can be seen.
    """
    if sys.platform != "linux":
        from labapp.observe.kernel.sockets import elsewhere  # noqa: PLC0415 (psutil is slow to import)

        return {pid: elsewhere.listening(pid) for pid in pids}
    return _held(pids, _addresses())


def descriptors(pid: int, address: str) -> dict[int, str]:
    """Return the descriptors by which a process holds the sockets that listen on `address`.

    Each comes with the system's own name for the socket (Linux: `socket:[INODE]`), equal in all processes
    that hold the same one. On macOS `lsof` is asked, which names it by its address in the kernel.
    """
    if sys.platform != "linux":
        from labapp.observe.kernel.sockets import elsewhere  # noqa: PLC0415

        return elsewhere.descriptors(pid, address)
    known = _addresses()
    return {
        number: f"socket:[{inode}]" for number, inode in inodes(pid).items() if known.get(inode) == address
    }


class Newcomers:
    """What has come to listen since this was made: nobody's descriptors are read until there is something."""

    def __init__(self) -> None:
        self._before = _addresses().keys()
        self._known: dict[int, str] = {}
        self._found: set[str] = set()

    def of(self, pids: Callable[[], Iterable[int]]) -> set[str]:
        """Return the addresses on which any of these processes listens.

        While the same sockets listen on this machine, whoever held some is not asked again.
        """
        if sys.platform != "linux":
            return {address for held in listening(pids()).values() for address in held}
        known = _addresses()
        if known.keys() <= self._before:
            return set()
        if not self._found or known != self._known:
            self._known = known
            self._found = {address for held in _held(pids(), known).values() for address in held}
        return set(self._found)


def _held(pids: Iterable[int], known: Mapping[int, str]) -> dict[int, tuple[str, ...]]:
    """Return which of the known sockets each process holds."""
    held = {pid: inodes(pid).values() for pid in pids}
    return {pid: tuple(dict.fromkeys(known[i] for i in held[pid] if i in known)) for pid in held}


def _addresses() -> dict[int, str]:
    """Return the addresses of this machine's listening sockets by inode; none where that is not to be had."""
    if sys.platform != "linux":
        return {}
    try:
        tcp = diagnosis.tcp_listeners()
    except OSError:
        tcp = tables.tcp_listeners()
    try:
        return tcp | diagnosis.unix_listeners()
    except OSError:
        return tcp | tables.unix_listeners()
