"""The processes of one snapshot, by their kinship."""

from __future__ import annotations

from collections.abc import Sequence

from labapp.observe.kernel import Process


class Family:
    """One snapshot, seen from each of its members."""

    def __init__(self, raw: Sequence[Process]) -> None:
        self._by_pid = {process.pid: process for process in raw}
        self._below: dict[int, list[Process]] = {}
        for process in raw:
            self._below.setdefault(process.ppid, []).append(process)
        self.identities = {process.identity for process in raw}
        self.roots = [process for process in raw if process.ppid not in self._by_pid]

    def parent(self, process: Process) -> Process | None:
        """Return the parent of `process`, None if it is not of the family."""
        return self._by_pid.get(process.ppid)

    def children(self, process: Process) -> list[Process]:
        """Return the children of `process`."""
        return self._below.get(process.pid, [])

    @staticmethod
    def alike(one: Process, other: Process) -> bool:
        """Tell whether both run the same program by fork; without its image, by its command line.

        One that has ended tells neither: then what is most likely is assumed.
        """
        if one.image and other.image:
            return one.image == other.image
        return one.title == other.title or not (one.title and other.title)


def spawned(process: Process) -> bool:
    """Tell whether Python's multiprocessing started it: some servers have it start their workers."""
    return "multiprocessing.spawn" in process.title


def arguments(process: Process) -> str:
    """Return what follows the program's own name, which may be spelt otherwise when it starts itself."""
    return process.title.partition(" ")[2]
