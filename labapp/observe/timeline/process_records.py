"""Births and deaths, derived from one snapshot after the other, and how each process ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from labapp.observe.kernel import Process

Identity = tuple[int, float]


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
        # How those ended who have not been missed yet.
        self._statuses: dict[int, int] = {}

    def on_processes(
        self, processes: Iterable[Process], at: float, born: Callable[[Process], float]
    ) -> tuple[list[ProcessRecord], list[ProcessRecord]]:
        """Take who is there at a time, and return who was born and who has died; `born` tells when."""
        births, here = [], {}
        for process in processes:
            record = self._living.get(process.identity)
            if record is None:
                record = ProcessRecord(process, born(process))
                self._records[process.identity] = self._latest[process.pid] = record
                births.append(record)
            record.process = process
            here[process.identity] = record
        deaths = [self._living[identity] for identity in sorted(self._living.keys() - here.keys())]
        for record in deaths:
            record.died, record.status = at, self._statuses.pop(record.process.pid, None)
        self._living = here
        return births, deaths

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
