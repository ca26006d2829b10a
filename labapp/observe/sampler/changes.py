"""What a sample of the process tree shows that the one before did not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from labapp.observe.kernel import Process
from labapp.observe.sampler import protocol

Shape = tuple[object, ...]

# A process goes from one of these to the other all the time; it is told with the metrics.
_AT_WORK = ("running", "sleeping", "waiting", "idle")


class Encoded(NamedTuple):
    """A process as it travels."""

    process: Process
    row: protocol.ProcessRow
    shape: Shape
    """What of it is a change by itself: all but its metrics."""


class Changes:
    """Compares each sample with what was told last, and says what is new."""

    def __init__(self) -> None:
        self.reshaped = False
        """Whether the last sample showed more than other metrics: then more may follow soon."""
        self._sent: list[protocol.ProcessRow] = []
        self._shape: list[Shape] | None = None
        self._living: dict[int, float] = {}
        self._encoded: dict[int, Encoded] = {}
        self._ended: dict[int, float] = {}

    def on_exits(self, exits: Mapping[int, int | None]) -> list[bytes]:
        """Return the lines that tell which known processes have ended, and how, before a sample shows it."""
        lines = []
        for pid, status in exits.items():
            if (started := self._living.pop(pid, None)) is not None:
                self._ended[pid] = started
                lines.append(protocol.ended(pid, status))
        return lines

    def lines(self, at: float, sample: Sequence[Process], metrics: bool) -> list[bytes]:
        """Return the lines that tell what changed: who ended and how, then the tree as it is.

        CPU, memory and threads alone are a change only when `metrics` asks for them.
        """
        encoded = self._encode(sample)
        rows, shape = [one.row for one in encoded], [one.shape for one in encoded]
        self.reshaped = shape != self._shape
        if not self.reshaped and not (metrics and rows != self._sent):
            return []
        lines = self._endings(sample)
        self._shape, self._sent = shape, rows
        return [*lines, protocol.tree(at, rows)]

    def _encode(self, sample: Sequence[Process]) -> list[Encoded]:
        """Encode the sample; of a process that the reader did not touch nothing is made anew."""
        encoded = {}
        for process in sample:
            before = self._encoded.get(process.pid)
            encoded[process.pid] = before if before and before.process is process else _encode(process)
        self._encoded = encoded
        return list(encoded.values())

    def _endings(self, sample: Sequence[Process]) -> list[bytes]:
        """Tell each ending that nobody announced: the process is gone, or there only to be reaped."""
        here = {process.pid: process.started for process in sample}
        self._ended = {pid: started for pid, started in self._ended.items() if here.get(pid) == started}
        living = {process.pid: process.started for process in sample if process.alive}
        living = {pid: started for pid, started in living.items() if self._ended.get(pid) != started}
        ended = [pid for pid, started in self._living.items() if living.get(pid) != started]
        self._living = living
        return [protocol.ended(pid, None) for pid in ended]


def _encode(process: Process) -> Encoded:
    state = "" if process.state in _AT_WORK else process.state
    identity = process.pid, process.ppid, process.started, process.command
    shape = (*identity, state, process.title, process.image, process.succeeds, process.session)
    return Encoded(process, protocol.encode_process(process), shape)
