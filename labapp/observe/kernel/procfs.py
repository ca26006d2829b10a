"""The processes below one process, read from `/proc` at a cost that grows with them, not with the machine."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Self

from labapp.observe.kernel.descriptor_cache import KeptFiles
from labapp.observe.kernel.process import Process, clock
from labapp.observe.kernel.procfs_process import Member, Moment

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
        budget: int | None = None,
        window: float = 0.25,
        proc: str = "/proc",
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.root = root
        self._files = KeptFiles(proc, budget)
        self._window = window
        self._now = now
        self._members: dict[int, Member] = {}
        self._root_started: float | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the files; a later read opens them again."""
        for member in self._members.values():
            member.close()
        self._members.clear()

    def read(self) -> list[Process]:
        """Return the descendants now, depth first, each parent's children in order of birth."""
        for _ in range(_WALKS):
            found = self._walk()
            if not self._passed_over(found):
                break
        for pid in [pid for pid in self._members if pid not in found and pid != self.root]:
            self._members.pop(pid).close()
        return list(found.values())

    def forked(self) -> bool:
        """Tell cheaply whether a process that has children, or the root, has others than at the last read."""
        parents = [member for member in self._members.values() if member.children or member.pid == self.root]
        return any(member.find_children() != member.children for member in parents) or not parents

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
            member = self._read(pid, moment, parent) if pid not in found else None
            if member is None or member.process is None:
                continue
            found[pid] = member.process
            member.children = member.find_children()
            if member.children:
                ahead.extend([(child, member.process) for child in reversed(member.children)])
        return found

    def _is_root(self, process: Process) -> bool:
        """Tell whether it is the root still: once that has ended, its pid may be anybody's."""
        if self._root_started is None:
            self._root_started = process.started
        return process.started == self._root_started

    def _read(self, pid: int, moment: Moment, parent: Process | None) -> Member | None:
        """Return the member, read anew; None when it is gone."""
        member = self._members.get(pid)
        if member is not None:
            if member.refresh(moment, parent):
                return member
            # It has ended, and if its pid is listed still, then it is another's already.
            self._members.pop(pid).close()
        try:
            member = self._members[pid] = Member(pid, self._files)
        except (FileNotFoundError, ProcessLookupError):
            return None
        return member if member.refresh(moment, parent) else None

    def _passed_over(self, found: dict[int, Process]) -> bool:
        """Tell whether the walk missed a living member: the kernel may skip one when its sibling ends."""
        lost = [member for pid, member in self._members.items() if pid not in found and pid != self.root]
        parents = [member.parent_now() for member in lost]
        return any(parent in found or parent == self.root for parent in parents)


def lists_children() -> bool:
    """Tell whether this system lists the children of each process in `/proc`."""
    pid = os.getpid()
    return os.access(f"/proc/{pid}/task/{pid}/children", os.R_OK)
