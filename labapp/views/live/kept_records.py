"""Whom a view of one server shows: the living, and the dead for a while; and under whom each stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from labapp.observe.timeline import ProcessRecord, ProcessRecords
from labapp.views.live.kinship import Identity, Kinship
from labapp.views.tree import HEADS

if TYPE_CHECKING:
    from labapp.observe import Tree

LINGER = 6.0  # seconds the dead remain
MOST_DEAD = 60  # processes shown as dead at once, beside those who ended after the last birth

Lives = tuple[list[ProcessRecord], list[ProcessRecord]]
"""Who was born, and who has died."""


class KeptRecords(ProcessRecords):
    """The records of the processes shown; bounded, however many come and go."""

    def __init__(self) -> None:
        super().__init__()
        self._kinship = Kinship()
        self._last_birth = 0.0

    def on_tree(self, tree: Tree, now: float) -> Lives:
        """Take in the processes there are now; tell who is new and gone."""
        lives = self.on_processes(tree, now, lambda process: round(now - process.age, 2))
        self._last_birth = max(self._last_birth, *(record.born for record in lives[0]), 0.0)
        self._kinship.on_tree(tree)
        return lives

    def shown(self, *, ended: bool) -> Iterator[tuple[ProcessRecord, str]]:
        """Return each process to draw and the label of who is above it, in order of birth.

        It is who is above it now; once all have ended, when nobody is, under whom it was born.
        """
        drawn: dict[str, ProcessRecord] = {}
        for record in self.values():
            other = drawn.get(record.process.label)
            if other is None or other.died is not None:
                drawn.pop(record.process.label, None)
                drawn[record.process.label] = record
        labels: dict[Identity | None, str] = {
            record.process.identity: label for label, record in drawn.items()
        }
        parent = self._kinship.first if ended else self._kinship.last
        return ((record, labels.get(parent(record.process.identity), "")) for record in drawn.values())

    def living(self) -> Iterator[ProcessRecord]:
        """Return those who live."""
        return (record for record in self.values() if record.died is None)

    def departures(self) -> Iterator[float]:
        """Return when each of the dead is to go; a master that waits for its workers, has been to go."""
        dead = self._dead()
        return (_departure(record) for record in (*self._replaced(dead), *dead[-1:]))

    def forget_dead(self, now: float) -> None:
        """Forget the dead whose time has come; of too many, the first go early.

        Those who ended since anybody was born go together, after the last of them: a server that stops
        stays whole.
        """
        dead = self._dead()
        replaced = self._replaced(dead)
        over = len(replaced) - MOST_DEAD
        if dead and now >= _departure(dead[-1]):
            self._forget(dead)
        else:
            self._forget(
                record for place, record in enumerate(replaced) if place < over or now >= _departure(record)
            )

    def forget_replaced(self) -> None:
        """Forget the dead who had made way for another."""
        self._forget(self._replaced(self._dead()))

    def _replaced(self, dead: Iterable[ProcessRecord]) -> list[ProcessRecord]:
        """Return who of the dead had ended before somebody was born."""
        return [record for record in dead if _died(record) <= self._last_birth]

    def _dead(self) -> list[ProcessRecord]:
        """Return who has died, in the order of their deaths."""
        return sorted((record for record in self.values() if record.died is not None), key=_died)

    def _forget(self, records: Iterable[ProcessRecord]) -> None:
        """Let go of the dead; of a master not before those that it has left behind."""
        doomed = {record.process.identity: record for record in records}
        if not doomed:
            return
        left = (
            identity
            for identity, record in self.items()
            if identity not in doomed and record.process.role not in HEADS
        )
        parents = self._kinship.parents(left)
        for identity, record in doomed.items():
            if identity not in parents or record.process.role not in HEADS:
                self.forget(identity)
                self._kinship.forget(identity)


def _died(record: ProcessRecord) -> float:
    return record.died or 0.0


def _departure(record: ProcessRecord) -> float:
    return _died(record) + LINGER
