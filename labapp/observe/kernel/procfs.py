"""The processes below one process, read from `/proc` at a cost that grows with them, not with the machine."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Self

from labapp.observe.kernel.descriptor_cache import DescriptorCache
from labapp.observe.kernel.process import Process, clock
from labapp.observe.kernel.procfs_process import Moment, ProcfsProcess

_WALKS = 3


class ProcfsReader:
    """Reads all descendants of `root`, again and again; use as a context manager.

    `budget` bounds the files kept open, a quarter of the limit unless told. CPU shares are taken over
    `window` seconds or more, because the kernel counts them in hundredths of a second.
    """

    def __init__(
        self,
        root: int,
        *,
        predecessor: str = "",
        budget: int | None = None,
        window: float = 0.25,
        proc: str = "/proc",
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.root = root
        self._predecessor = predecessor
        self._files = DescriptorCache(proc, budget)
        self._window = window
        self._now = now
        self._processes: dict[int, ProcfsProcess] = {}
        self._root_started: float | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the files; a later read opens them again."""
        for kept in self._processes.values():
            kept.close()
        self._processes.clear()

    def read(self) -> list[Process]:
        """Return the descendants now, depth first, each parent's children in order of birth."""
        for _ in range(_WALKS):
            found = self._walk()
            if not self._passed_over(found):
                break
        for pid in [pid for pid in self._processes if pid not in found and pid != self.root]:
            self._processes.pop(pid).close()
        return list(found.values())

    def forked(self) -> bool:
        """Tell cheaply whether a process that has children, or the root, has others than at the last read."""
        parents = [kept for kept in self._processes.values() if kept.children or kept.pid == self.root]
        return any(kept.find_children() != kept.children for kept in parents) or not parents

    def _walk(self) -> dict[int, Process]:
        """Follow the lists of children down from the root."""
        found: dict[int, Process] = {}
        moment = Moment(self._now(), clock(), self._window)
        root = self._read(self.root, moment, None)
        if root is None or root.process is None or not self._is_root(root.process):
            return found
        root.children = root.find_children()
        ahead = [(child, root.process) for child in reversed(root.children)]
        while ahead:
            pid, parent = ahead.pop()
            kept = self._read(pid, moment, parent) if pid not in found else None
            if kept is None or kept.process is None:
                continue
            found[pid] = kept.process
            kept.children = kept.find_children()
            if kept.children:
                ahead.extend([(child, kept.process) for child in reversed(kept.children)])
        return found

    def _is_root(self, process: Process) -> bool:
        """Tell whether it is the root still: once that has ended, its pid may be anybody's."""
        if self._root_started is None:
            self._root_started = process.started
        return process.started == self._root_started

    def _read(self, pid: int, moment: Moment, parent: Process | None) -> ProcfsProcess | None:
        """Return the process, read anew; None when it is gone."""
        kept = self._processes.get(pid)
        if kept is not None:
            if kept.refresh(moment, parent):
                return kept
            # It has ended, and if its pid is listed still, then it is another's already.
            self._processes.pop(pid).close()
        try:
            kept = self._processes[pid] = ProcfsProcess(pid, self._files, self._predecessor)
        except (FileNotFoundError, ProcessLookupError):
            return None
        return kept if kept.refresh(moment, parent) else None

    def _passed_over(self, found: dict[int, Process]) -> bool:
        """Tell whether the walk missed a living process: the kernel may skip one when its sibling ends."""
        lost = [kept for pid, kept in self._processes.items() if pid not in found and pid != self.root]
        parents = [kept.parent_now() for kept in lost]
        return any(parent in found or parent == self.root for parent in parents)


def lists_children() -> bool:
    """Tell whether this system lists the children of each process in `/proc`."""
    pid = os.getpid()
    return os.access(f"/proc/{pid}/task/{pid}/children", os.R_OK)
