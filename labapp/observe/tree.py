"""The processes of one server at one moment, each with its role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import overload

from labapp.observe.kernel import Process

_ORDER = {"worker": 0, "helper": 2, "server": 3, "master": 4, "supervisor": 5}


class Tree(Sequence[Process]):
    """An immutable snapshot: the named processes, each parent before its children, siblings by number."""

    __slots__ = ("_below", "_processes", "_roots")

    def __init__(self, processes: Iterable[Process] = ()) -> None:
        given = list(processes)
        pids = {process.pid for process in given}
        below: dict[int, list[Process]] = {}
        roots = []
        for process in given:
            if process.ppid in pids and process.ppid != process.pid:
                below.setdefault(process.ppid, []).append(process)
            else:
                roots.append(process)
        self._below = {pid: tuple(sorted(siblings, key=_rank)) for pid, siblings in below.items()}
        self._roots = tuple(sorted(roots, key=lambda root: (-_rank(root)[0], *_rank(root)[1:])))
        self._processes = tuple(process for process, _ in self._walk())

    @property
    def roots(self) -> tuple[Process, ...]:
        """Those whose parent is not of the tree: the first master, and orphans."""
        return self._roots

    @property
    def masters(self) -> tuple[Process, ...]:
        """The living masters: two after USR2, none of a server that never forks."""
        return tuple(sorted((p for p in self if p.role == "master" and p.alive), key=_rank))

    @property
    def master(self) -> Process | None:
        """The first living master."""
        return next(iter(self.masters), None)

    @property
    def workers(self) -> tuple[Process, ...]:
        """The living workers by number; one that has ended and is not yet reaped does not count."""
        return tuple(sorted((p for p in self if p.role == "worker" and p.alive), key=_rank))

    def children(self, process: Process) -> tuple[Process, ...]:
        """Return the children of `process` in this snapshot."""
        return self._below.get(process.pid, ())

    def find(self, label: str) -> Process | None:
        """Return the process labelled `label` (`M`, `W3`), None when there is none."""
        return next((process for process in self if process.label == label), None)

    def holding(self, sockets: Mapping[int, tuple[str, ...]]) -> Tree:
        """Return the same snapshot with the addresses that `sockets.listening` found for each pid."""
        return Tree(replace(process, listening=sockets.get(process.pid, ())) for process in self)

    def __len__(self) -> int:
        return len(self._processes)

    @overload
    def __getitem__(self, index: int) -> Process: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Process, ...]: ...
    def __getitem__(self, index: int | slice) -> Process | tuple[Process, ...]:
        return self._processes[index]

    def __iter__(self) -> Iterator[Process]:
        return iter(self._processes)

    def __eq__(self, other: object) -> bool:
        return self._processes == other._processes if isinstance(other, Tree) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._processes)

    def __repr__(self) -> str:
        return f"<Tree {' '.join(map(self._labels, self._roots))}>" if self else "<Tree, empty>"

    def __str__(self) -> str:
        if not self:
            return "no process"
        rows = [("", "pid", "state", "threads", "CPU", "memory", "listening on")]
        for process, branch in self._walk():
            rows.append(
                (
                    branch + process.name,
                    str(process.pid),
                    process.state,
                    str(process.threads),
                    f"{process.cpu:.0%}".replace("%", " %"),
                    f"{process.rss / 1e6:.0f} MB",
                    " ".join(process.listening),
                )
            )
        columns = [column for column in zip(*rows, strict=True) if any(column[1:])]
        widths = [max(map(len, column)) for column in columns]
        right = {"pid", "threads", "CPU", "memory"}
        return "\n".join(
            "  ".join(
                cell.rjust(width) if column[0] in right else cell.ljust(width)
                for cell, width, column in zip(row, widths, columns, strict=True)
            ).rstrip()
            for row in zip(*columns, strict=True)
        )

    def _labels(self, process: Process) -> str:
        label = process.label or process.command
        below = " ".join(map(self._labels, self.children(process)))
        return f"{label}({below})" if below else label

    def _walk(self) -> Iterator[tuple[Process, str]]:
        """Yield each process with the branch that is drawn before its name."""
        ahead = [(root, "", "") for root in reversed(self._roots)]
        while ahead:
            process, branch, stem = ahead.pop()
            yield process, branch
            children = self.children(process)
            last = len(children) - 1
            for place in range(last, -1, -1):
                arm, trunk = ("└─ ", "   ") if place == last else ("├─ ", "│  ")
                ahead.append((children[place], stem + arm, stem + trunk))


def _rank(process: Process) -> tuple[int, int, float, int]:
    """Sort siblings: workers by number, then what else was forked, then a second master."""
    digits = process.label.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return _ORDER.get(process.role, 1), int(digits or 1), process.started, process.pid
