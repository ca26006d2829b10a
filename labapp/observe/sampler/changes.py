"""What a sample of the process tree shows that the one before did not."""

from __future__ import annotations

from collections.abc import Sequence

from labapp.observe.kernel import Process
from labapp.observe.sampler import protocol

Shape = tuple[object, ...]

# A process goes from one of these to the other all the time; it is told with the metrics.
_AT_WORK = ("running", "sleeping", "waiting", "idle")


class Changes:
    """Compares each sample with what was told last, and says what is new."""

    def __init__(self) -> None:
        self.exits: dict[int, int | None] = {}
        """How processes ended, as far as it was announced."""
        self.reshaped = False
        """Whether the last sample showed more than other metrics: then more may follow soon."""
        self._told: list[protocol.ProcessRow] = []
        self._shape: list[Shape] | None = None
        self._living: dict[int, float] = {}
        self._rows: dict[int, tuple[Process, protocol.ProcessRow]] = {}

    def lines(self, at: float, sample: Sequence[Process], metrics: bool) -> list[bytes]:
        """Return the lines that tell what changed: who ended and how, then the tree as it is.

        CPU, memory and threads alone are a change only when `metrics` asks for them.
        """
        rows = self._take(sample)
        shape: list[Shape] = [
            (pid, ppid, started, command, "" if state in _AT_WORK else state, title, image, succeeds)
            for pid, ppid, started, command, state, _, _, _, title, image, succeeds in rows
        ]
        self.reshaped = shape != self._shape
        if not self.reshaped and not (metrics and rows != self._told):
            return []
        lines = self._endings(sample)
        self._shape, self._told = shape, rows
        return [*lines, protocol.tree(at, rows)]

    def _take(self, sample: Sequence[Process]) -> list[protocol.ProcessRow]:
        """Turn the sample into rows; a process that the reader did not touch keeps its row."""
        kept = {}
        for process in sample:
            before = self._rows.get(process.pid)
            kept[process.pid] = (
                before if before and before[0] is process else (process, protocol.encode_process(process))
            )
        self._rows = kept
        return [row for _, row in kept.values()]

    def _endings(self, sample: Sequence[Process]) -> list[bytes]:
        """Tell each ending once: when the process is gone, or is there only for its parent to reap."""
        living = {process.pid: process.started for process in sample if process.alive}
        ended = [pid for pid, started in self._living.items() if living.get(pid) != started]
        lines = [protocol.ended(pid, self.exits.get(pid)) for pid in ended]
        self._living = living
        self.exits = {pid: status for pid, status in self.exits.items() if pid in living}
        return lines
