"""The ends of processes, told by descriptors that become readable: what Linux gives everywhere."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Collection

from labapp.observe.kernel.announcements import Announced

assert sys.platform == "linux"


class Pidfds:
    """Announces the end of the watched processes; births have to be looked for."""

    announces_forks = False

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._pids: dict[int, int] = {}
        self._open: dict[int, int] = {}

    def fileno(self) -> int:
        """Return the descriptor that is readable when something was announced."""
        return self._epoll.fileno()

    def close(self) -> None:
        """Stop listening."""
        for pid in list(self._open):
            self._drop(pid)
        self._epoll.close()

    def watch(self, pids: Collection[int]) -> None:
        """Announce from now on the end of these processes."""
        for pid in self._open.keys() - set(pids):
            self._drop(pid)
        for pid in set(pids) - self._open.keys():
            try:
                descriptor = os.pidfd_open(pid)
            except OSError:
                # It ended already, or descriptors have run out: the samples that follow tell.
                continue
            self._open[pid] = descriptor
            self._pids[descriptor] = pid
            self._epoll.register(descriptor, select.EPOLLIN)

    def read(self) -> Announced:
        """Return which processes ended since the last call; how, only their parent learns."""
        ended = [self._pids[descriptor] for descriptor, _ in self._epoll.poll(0)]
        announced = Announced(bool(ended), dict.fromkeys(ended))
        for pid in ended:
            self._drop(pid)
        return announced

    def _drop(self, pid: int) -> None:
        descriptor = self._open.pop(pid)
        del self._pids[descriptor]
        self._epoll.unregister(descriptor)
        os.close(descriptor)
