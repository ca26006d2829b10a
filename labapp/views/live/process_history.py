"""What has happened to one server, while a view shows it: births, deaths, its log, what was sent to it."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from labapp.observe import Tree
from labapp.observe.kernel import Process
from labapp.observe.timeline import REAPED, ProcessRecord, ProcessRecords
from labapp.servers import ending, is_orderly
from labapp.views.live.log_lines import LogLine, parse
from labapp.views.tree import Box, of_process

if TYPE_CHECKING:
    from labapp.observe import LogSyntax
    from labapp.servers import Which

NEWBORN = 4.0  # seconds a newborn is marked
LINGER = 6.0  # seconds the dead remain
MOST_DEAD = 60  # processes shown as dead at once
REMEMBERED = 400  # lines of the log
KNOWN = 2000  # pids whose label is remembered, for the lines they wrote

Lives = tuple[list[ProcessRecord], list[ProcessRecord]]
"""Who was born, and who has died."""


class ProcessHistory:
    """Everything a view shows of one server; bounded, however long it runs. `clock` is the wall clock.

    Lines of the log that are `noise` are left out. Its entries take their `numbers` there, if it is told.
    """

    def __init__(
        self,
        log_syntax: LogSyntax,
        clock: Callable[[], float] = time.time,
        noise: re.Pattern[str] | None = None,
        numbers: Iterator[int] | None = None,
    ) -> None:
        self._numbers = numbers or count(1)
        self.tree = Tree()
        self.ending: str | None = None
        self.since = 0.0
        self.until = 0.0
        self._log_syntax = log_syntax
        self._noise = noise
        self._clock = clock
        self._records = ProcessRecords()
        self._parents: dict[tuple[int, float], str] = {}
        self._sockets: Mapping[int, tuple[str, ...]] = {}
        self._labels: dict[int, str] = {}
        self._entries: deque[dict[str, Any]] = deque(maxlen=REMEMBERED)
        self._last: LogLine | None = None

    # What happens.

    def on_tree(self, tree: Tree, sockets: Mapping[int, tuple[str, ...]]) -> Lives:
        """Take in the processes there are now and the addresses each listens on; tell who is new and gone."""
        now = self._clock()
        self.tree, self._sockets = tree, sockets
        labels = {process.pid: process.label for process in tree}
        lives = self._records.on_processes(tree, now, lambda process: round(now - process.age, 2))
        known = [process for process in tree if process.identity in self._records]
        self._parents |= {process.identity: labels.get(process.ppid, "") for process in known}
        self.since = self.since or min((record.born for record in self._records.values()), default=0.0)
        self._remember_labels(labels)
        self._forget_dead(now)
        return lives

    def on_exit(self, pid: int, status: int | None) -> Lives:
        """Take in how a process ended, be it before or after it left the tree; tell who has died by that."""
        if status is not None:
            self._records.on_exit(pid, status)
        return [], self._records.on_end(pid, self._clock())

    def on_log_lines(self, lines: Iterable[str]) -> bool:
        """Take in new lines of the log; tell whether they say of a process how it ended."""
        told = False
        for raw in lines:
            line = parse(raw, self._log_syntax, self._last)
            self._last = line
            if self._noise and self._noise.search(raw):
                continue
            self._add_entry("line", line.text, pid=line.pid, level=line.level, time=line.time)
            if death := self._log_syntax.death(line.text):
                told = True
                self._records.on_logged_death(*death)
        return told

    def on_signal_sent(self, which: Which, label: str) -> None:
        """Take in that the reader sent a signal."""
        self._add_entry("sent", f"you sent {which} to {label}")

    def on_refused(self, why: str) -> None:
        """Take in that a signal could not be sent."""
        self._add_entry("refused", why, level="error")

    def on_end(self, how: str) -> Lives:
        """Take in the end of the server, after which nothing changes any more; return who is gone with it.

        Who had made way for another before is forgotten.
        """
        lives = self.on_tree(Tree(), {})
        if self.ending is None:
            last = max((record.born for record in self._records.values()), default=0.0)
            self._forget(record for died, record in self._dead() if died < last)
            self.ending, self.until = how, self._clock()
        return lives

    # What a view asks.

    def boxes(self) -> list[Box]:
        """Return the processes to draw: the living, and those who died a moment ago, in order of birth."""
        now = self._clock()
        living = {record.process.label for record in self._living()}
        return [
            self._box(record, now)
            for record in self._records.values()
            if record.died is None or record.process.label not in living
        ]

    @property
    def workers(self) -> int:
        """How many workers live."""
        return sum(record.process.role == "worker" and record.process.alive for record in self._living())

    def find(self, identity: tuple[int, float]) -> Process | None:
        """Return a process that lives, or died a moment ago."""
        record = self._records.get(identity)
        return record.process if record else None

    def next_change(self) -> float | None:
        """Return in how many seconds the picture changes by itself, None if it will not."""
        self._forget_dead(now := self._clock())
        if self.ending is not None:
            return None
        ends = [
            record.born + NEWBORN if record.died is None else record.died + LINGER
            for record in self._records.values()
            if record.died is not None or now - record.born < NEWBORN
        ]
        if (died := self._records.unreaped()) is not None:
            ends.append(died + REAPED)
        return max(min(ends) - now, 0.0) if ends else None

    @property
    def unreaped(self) -> bool:
        """Whether some who have ended have long not been reaped: then the tree is to be taken in again."""
        died = self._records.unreaped()
        return died is not None and died + REAPED <= self._clock()

    def log(self, after: int = 0) -> list[dict[str, Any]]:
        """Return the remembered entries with a number above `after`, each with the label of who wrote it."""
        fresh = [entry for entry in self._entries if entry["n"] > after]
        return [entry | {"tag": self._labels.get(entry["pid"], "")} for entry in fresh]

    # Its own housekeeping.

    def _living(self) -> Iterator[ProcessRecord]:
        return (record for record in self._records.values() if record.died is None)

    def _box(self, record: ProcessRecord, now: float) -> Box:
        """Return how a process is drawn at `now`."""
        process = record.process
        box = replace(of_process(process, self._parents[process.identity]), since=record.born)
        if record.died is not None:
            lived = record.died - record.born
            verdict, calm = ending(record.status), is_orderly(record.status)
            return replace(box, mood="dead", verdict=verdict, calm=calm, lived=lived, cpu=0)
        sockets = self._sockets.get(process.pid, ())
        return replace(box, mood="born" if now - record.born < NEWBORN else "alive", sockets=sockets)

    def _add_entry(self, kind: str, text: str, pid: int = 0, level: str = "info", time: str = "") -> None:
        self._entries.append(
            {"n": next(self._numbers), "kind": kind, "text": text, "pid": pid, "level": level, "time": time}
        )

    def _remember_labels(self, labels: Mapping[int, str]) -> None:
        self._labels.update(labels)
        for pid in list(self._labels)[: max(len(self._labels) - KNOWN, 0)]:
            del self._labels[pid]

    def _forget_dead(self, now: float) -> None:
        """Forget the dead whose time has come; of too many, the first go early. After the end all stay."""
        if self.ending is not None:
            return
        dead = self._dead()
        first = len(dead) - MOST_DEAD
        self._forget(
            record for place, (died, record) in enumerate(dead) if place < first or now - died >= LINGER
        )

    def _dead(self) -> list[tuple[float, ProcessRecord]]:
        """Return who has died, and when, in the order of their deaths."""
        dead = ((record.died, record) for record in self._records.values() if record.died is not None)
        return sorted(dead, key=itemgetter(0))

    def _forget(self, records: Iterable[ProcessRecord]) -> None:
        for record in records:
            self._records.forget(record.process.identity)
            del self._parents[record.process.identity]
