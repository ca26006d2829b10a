"""Births and deaths, derived from one snapshot after the other, and how each process ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from labapp.observe.kernel import Process

Identity = tuple[int, float]

REAPED = 0.1
"""Seconds within which a parent reaps a child that has ended; one listed for longer is shown as a zombie."""


@dataclass(slots=True)
class ProcessRecord:
    """A process from its birth to its death, in seconds on the clock of whoever keeps the record."""

    process: Process
    """As it was seen last."""
    born: float
    died: float | None = None
    """When it was missed; None while it lives."""
    status: int | None = None
    """How it ended: an exit status, or a signal's negative number; None where nobody told."""


class ProcessRecords(Mapping[Identity, ProcessRecord]):
    """The records of one server's processes, in order of birth."""

    def __init__(self) -> None:
        self._records: dict[Identity, ProcessRecord] = {}
        self._living: dict[Identity, ProcessRecord] = {}
        self._latest: dict[int, ProcessRecord] = {}
        # Who has ended, and may be listed still.
        self._unreaped: dict[Identity, ProcessRecord] = {}
        # How those ended who have not been missed yet.
        self._statuses: dict[int, int] = {}

    def on_processes(
        self, processes: Iterable[Process], at: float, born: Callable[[Process], float]
    ) -> tuple[list[ProcessRecord], list[ProcessRecord]]:
        """Take who is there at a time, and return who was born and who has died; `born` tells when."""
        births, here, listed = [], {}, set()
        for process in processes:
            listed.add(process.identity)
            if self._left(process, at):
                continue
            record = self._living.get(process.identity)
            if record is None:
                record = ProcessRecord(process, born(process))
                self._records[process.identity] = self._latest[process.pid] = record
                births.append(record)
            record.process = process
            here[process.identity] = record
        deaths = [self._living[identity] for identity in sorted(self._living.keys() - here.keys())]
        for record in deaths:
            self._end(record, at)
        self._living = here
        for identity in self._unreaped.keys() - listed:
            del self._unreaped[identity]
        return births, deaths

    def on_end(self, pid: int, at: float) -> list[ProcessRecord]:
        """Take that a process has ended, which is listed until its parent reaps it; return who has died."""
        record = self._latest.get(pid)
        if record is None or record.died is not None:
            return []
        self._unreaped[record.process.identity] = self._living.pop(record.process.identity)
        self._end(record, at)
        return [record]

    def unreaped(self) -> float | None:
        """Return when the first of those died who may be listed still, None if there is none."""
        return min(
            (record.died for record in self._unreaped.values() if record.died is not None), default=None
        )

    def _end(self, record: ProcessRecord, at: float) -> None:
        record.died, record.status = at, self._statuses.pop(record.process.pid, None)

    def _left(self, process: Process, at: float) -> bool:
        """Whether a listed process has ended; one that its parent leaves there for long counts as living."""
        record = self._unreaped.get(process.identity)
        if record is None or record.died is None:
            return False
        if at < record.died + REAPED:
            return True
        del self._unreaped[process.identity]
        record.died = None
        self._living[process.identity] = self._records[process.identity] = record
        self._latest[process.pid] = record
        if record.status is not None:
            self._statuses[process.pid], record.status = record.status, None
        return False

    def on_exit(self, pid: int, status: int) -> None:
        """Take how a process ended, be it before or after it was missed."""
        if (record := self._latest.get(pid)) is None:
            return
        if record.died is None:
            self._statuses[pid] = status
        else:
            record.status = status

    def on_logged_death(self, pid: int, status: int) -> None:
        """Believe the log about a death of which the system told nothing."""
        if (record := self._latest.get(pid)) is None:
            return
        if record.died is None:
            self._statuses.setdefault(pid, status)
        elif record.status is None:
            record.status = status

    def forget(self, identity: Identity) -> None:
        """Let go of a record."""
        record = self._records.pop(identity)
        self._living.pop(identity, None)
        if self._latest.get(identity[0]) is record:
            del self._latest[identity[0]]
            self._statuses.pop(identity[0], None)

    def lives(self, identity: Identity) -> bool:
        """Whether a process was there when last looked."""
        return identity in self._living

    def __getitem__(self, identity: Identity) -> ProcessRecord:
        return self._records[identity]

    def __iter__(self) -> Iterator[Identity]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)
