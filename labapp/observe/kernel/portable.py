"""The processes below one process, read through psutil: for systems without `/proc`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Self

import psutil

from labapp.observe.kernel.process import Process

_STATES = {
    psutil.STATUS_DISK_SLEEP: "waiting",
    psutil.STATUS_TRACING_STOP: "traced",
}


class PsutilReader:
    """Reads all descendants of `root`, as `ProcfsReader` does, at a cost that grows with the machine."""

    def __init__(
        self,
        root: int,
        *,
        predecessor: str = "",
        window: float = 0.25,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.root = root
        self._predecessor = predecessor
        self._root: psutil.Process | None = None
        self._window = window
        self._now = now
        self._shares: dict[tuple[int, float], tuple[float, float, float]] = {}
        self._pids: set[int] = set()
        # Linux counts from boot, and psutil from the epoch.
        self._zero = psutil.boot_time() if sys.platform == "linux" else 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Forget the CPU shares."""
        self._shares.clear()

    def read(self) -> list[Process]:
        """Return the descendants now, depth first, each parent's children in order of birth."""
        now = self._now()
        below: dict[int, list[Process]] = {}
        for process in self._descendants():
            with suppress(psutil.NoSuchProcess):
                taken = self._process(process, now)
                below.setdefault(taken.ppid, []).append(taken)
        for siblings in below.values():
            siblings.sort(key=lambda sibling: (sibling.started, sibling.pid))
        found: list[Process] = []
        ahead = below.pop(self.root, [])[::-1]
        while ahead:
            found.append(ahead.pop())
            ahead.extend(reversed(below.pop(found[-1].pid, [])))
        known = {process.identity for process in found}
        self._shares = {identity: share for identity, share in self._shares.items() if identity in known}
        self._pids = {process.pid for process in found}
        return found

    def forked(self) -> bool:
        """Tell whether there are others than at the last read."""
        return {process.pid for process in self._descendants()} != self._pids

    def _descendants(self) -> list[psutil.Process]:
        with suppress(psutil.NoSuchProcess):
            # The same object again: it knows when its pid has become another's.
            self._root = self._root or psutil.Process(self.root)
            return self._root.children(recursive=True)
        return []

    def _process(self, process: psutil.Process, now: float) -> Process:
        with process.oneshot():
            started = round(process.create_time() - self._zero, 2)
            state = process.status()
            title, succeeds, threads, spent, memory = "", 0, 1, 0.0, 0
            # macOS tells nothing of a zombie, and little of another user's process.
            with suppress(psutil.ZombieProcess, psutil.AccessDenied):
                times = process.cpu_times()
                spent, memory, threads = (
                    times.user + times.system,
                    process.memory_info().rss,
                    process.num_threads(),
                )
                title = " ".join(process.cmdline()).rstrip()
                succeeds = int(process.environ().get(self._predecessor, "0"))
            return Process(
                pid=process.pid,
                ppid=process.ppid() or 0,
                started=started,
                command=process.name(),
                state=_STATES.get(state, state),
                threads=threads,
                cpu=self._share((process.pid, started), spent, now),
                rss=memory,
                title=title,
                succeeds=succeeds,
                session=_session(process.pid),
            )

    def _share(self, identity: tuple[int, float], spent: float, now: float) -> float:
        """Return the share of one core over the last window."""
        before, since, share = self._shares.get(identity, (spent, now, 0.0))
        if now - since >= self._window:
            before, since, share = spent, now, max(0.0, spent - before) / (now - since)
        self._shares[identity] = before, since, share
        return share


def _session(pid: int) -> int:
    """Return the session of a process, 0 where the system does not tell it of another's."""
    try:
        return os.getsid(pid)
    except OSError:
        return 0
