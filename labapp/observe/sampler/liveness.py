"""Whether those still live for whom, and of whom, the sampler speaks."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Collection
from contextlib import ExitStack
from typing import Self

from labapp.observe.kernel import is_alive

# Where the system does not wake us, and where a child of the caller holds the pipe open.
_CHECK_EVERY = 1.0


class Liveness:
    """Watches the caller, by its pipe and its pid, and the process `root` that started at `started`."""

    def __init__(self, root: int, started: float, caller: int, pipe: int = 0) -> None:
        self.root = root
        self._started = started
        self._caller = caller
        self._pipe = pipe
        self._check = 0.0
        self._stack = ExitStack()
        # From when these are open, no pid can change hands unnoticed.
        self._root_ends = self._pidfd(root)
        self._caller_ends = self._pidfd(caller)
        self.callers = [source for source in (pipe, self._caller_ends) if source is not None]
        """What is readable when there is reason to ask after the caller."""
        self.sources = [*self.callers, *([] if self._root_ends is None else [self._root_ends])]
        """What is readable when there is reason to ask."""
        self.wanted = True
        """Whether the caller lives, and listens."""
        self.worthwhile = True
        """Whether there is anything to watch."""
        self.called = False
        """Whether the caller wants an answer."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.close()

    def ask(self, ready: Collection[object]) -> None:
        """Find out, given what is readable; without that, now and then."""
        self.called = self._pipe in ready and bool(os.read(self._pipe, 4096))
        if self._caller_ends in ready or (self._pipe in ready and not self.called):
            self.wanted = False
        if self._root_ends in ready:
            self.worthwhile = False
        if time.monotonic() >= self._check:
            self._check = time.monotonic() + _CHECK_EVERY
            self.wanted &= os.getppid() == self._caller
            self.worthwhile &= is_alive(self.root, self._started)

    def _pidfd(self, pid: int) -> int | None:
        """Return what is readable once `pid` has ended, where the system has such."""
        if sys.platform != "linux":
            return None
        try:
            descriptor = os.pidfd_open(pid)
        except OSError:
            return None
        self._stack.callback(os.close, descriptor)
        return descriptor
