"""What killed kernels leave to Jupyter where it is a container's first process: the guards of their servers.

An init fetches such orphans once they have ended. In a container without one they would pile up as zombies.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress

import psutil

EVERY = 30.0  # Seconds: far longer than whoever waits for a child of its own takes to fetch it.


class Orphans:
    """Fetches ended children that nobody has fetched between two looks."""

    def __init__(self) -> None:
        self._ended: set[int] = set()

    def fetch(self) -> None:
        """Look; fetch those that the last look has seen already."""
        ended = set(_ended())
        for pid in ended & self._ended:
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        self._ended = ended


def _ended() -> Iterator[int]:
    """Yield the pids of ended children. What is in this process's own session, somebody here waits for."""
    own = os.getsid(0)
    for child in psutil.Process().children():
        with suppress(psutil.NoSuchProcess, ProcessLookupError):
            if child.status() == psutil.STATUS_ZOMBIE and os.getsid(child.pid) != own:
                yield child.pid
