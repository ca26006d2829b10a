"""How many requests this process has served."""

from __future__ import annotations

import os
import threading


class Served:
    """A count that belongs to the process, as a pid does: applications share it, children do not."""

    def __init__(self) -> None:
        self._start()
        # A forked child has served nothing yet, and must not wait for a lock whose holder it does not have.
        os.register_at_fork(after_in_child=self._start)

    def _start(self) -> None:
        self._lock = threading.Lock()
        self._count = 0

    def add(self) -> None:
        """Count one request more."""
        with self._lock:
            self._count += 1

    def __int__(self) -> int:
        return self._count


served = Served()
