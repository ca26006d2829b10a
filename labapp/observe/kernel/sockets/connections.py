"""Who is connected to a listening socket, and what passes on each connection: the kernel counts it (Linux).

Of a server that tells of a request only when it has ended, this says who is being served now.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import suppress

from labapp.observe.kernel.sockets.diagnosis import Established, established
from labapp.observe.kernel.sockets.held import inodes


class Connections:
    """Follows the connections that some processes have accepted at some addresses, or `made` to them.

    For one thread at a time. Which process holds one is looked up once for each that is new.
    """

    def __init__(self, *, made: bool = False) -> None:
        self._made = made
        self._owners: dict[int, int] = {}

    def look(self, pids: Iterable[int], addresses: Iterable[str]) -> dict[int, list[Established]]:
        """Return the connections of each process: of unix sockets none, nor where nobody can tell."""
        found = [one for address in addresses for one in self._at(address) if one.inode]
        here = {one.inode for one in found}
        self._owners = {inode: pid for inode, pid in self._owners.items() if inode in here}
        held: dict[int, list[Established]] = {pid: [] for pid in pids}
        if here - self._owners.keys():
            for pid in held:
                self._owners.update((inode, pid) for inode in inodes(pid).values() if inode in here)
        for one in found:
            if (pid := self._owners.get(one.inode, 0)) in held:
                held[pid].append(one)
        return held

    def _at(self, address: str) -> list[Established]:
        _, _, port = address.rpartition(":")
        if sys.platform != "linux" or address.startswith("unix:"):
            return []
        with suppress(OSError, ValueError):
            return established(int(port), v6=address.startswith("["), made=self._made)
        return []
