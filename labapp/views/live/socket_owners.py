"""Which process holds which listening socket, without slowing the picture down."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from labapp.observe.kernel.sockets import listening

if TYPE_CHECKING:
    from labapp.observe import Tree
    from labapp.observe.kernel import Process

Addresses = tuple[str, ...]
Identity = tuple[int, float]
Read = Callable[[Iterable[int]], dict[int, Addresses]]

SETTLED = 0.5  # seconds after which a newborn's own descriptors are looked up


class SocketOwners:
    """The addresses on which each process of a server listens, where the tree does not tell them.

    A newborn is taken to hold what its parent holds, for that is what fork means; half a second later the
    system is asked. That takes dozens of reads, and a cell that burns the processor delays each of them.
    `serves` tells the addresses where clients are answered from those where a server takes orders.
    """

    def __init__(self, serves: Callable[[str], bool], read: Read = listening) -> None:
        self._serves = serves
        self._read = read
        self._known: dict[Identity, Addresses] = {}
        self._guessed: dict[Identity, float] = {}
        self._served: dict[str, bool] = {}

    def of(self, tree: Tree) -> dict[int, Addresses]:
        """Return the addresses of each pid, as far as they are known or to be expected."""
        held: dict[int, Addresses] = {}
        for process in tree:
            if process.listening:
                self._known[process.identity] = process.listening
            elif process.identity not in self._known:
                self._known[process.identity] = held.get(process.ppid, ())
                self._guessed[process.identity] = time.monotonic() + SETTLED
            held[process.pid] = self._known[process.identity]
        here = {process.identity for process in tree}
        for book in (self._known, self._guessed):
            for gone in book.keys() - here:
                del book[gone]
        return held

    def due(self) -> float | None:
        """Return in how many seconds somebody should be looked up, None when all are known."""
        return max(min(self._guessed.values()) - time.monotonic(), 0.0) if self._guessed else None

    def look(self, processes: Iterable[Process]) -> None:
        """Ask the system about those who were only guessed."""
        identities = {p.pid: p.identity for p in processes if p.identity in self._guessed and p.alive}
        self._guessed.clear()
        if identities:
            for pid, addresses in self._read(identities).items():
                self._known[identities[pid]] = tuple(filter(self._answered, addresses))

    def _answered(self, address: str) -> bool:
        if address not in self._served:
            self._served[address] = self._serves(address)
        return self._served[address]
