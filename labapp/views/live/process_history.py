"""What has happened to one server, while a view shows it: births, deaths, its log, what was sent to it."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

from labapp.observe import Tree
from labapp.observe.kernel import Process
from labapp.observe.timeline import REAPED
from labapp.servers import ending, is_orderly
from labapp.views.live.kept_records import KeptRecords
from labapp.views.live.log_lines import LogLine, parse
from labapp.views.tree import Box, of_process

if TYPE_CHECKING:
    from labapp.observe import LogSyntax
    from labapp.observe.timeline import ProcessRecord
    from labapp.servers import Which
    from labapp.views.live.kept_records import Lives

NEWBORN = 4.0  # seconds a newborn is marked
REMEMBERED = 400  # lines of the log
KNOWN = 2000  # pids whose label is remembered, for the lines they wrote


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
        self._records = KeptRecords()
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
        lives = self._records.on_tree(tree, now)
        self.since = self.since or min((record.born for record in self._records.values()), default=0.0)
        self._remember_labels(labels)
        if self.ending is None:  # After the end all stay.
            self._records.forget_dead(now)
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
            self._records.forget_replaced()
            self.ending, self.until = how, self._clock()
        return lives

    # What a view asks.

    def boxes(self) -> list[Box]:
        """Return the processes to draw: the living, and those who died a moment ago, in order of birth."""
        now = self._clock()
        shown = self._records.shown(ended=self.ending is not None)
        return [self._box(record, parent, now) for record, parent in shown]

    @property
    def workers(self) -> int:
        """How many workers live."""
        living = (record.process for record in self._records.living())
        return sum(process.role == "worker" and process.alive for process in living)

    def find(self, identity: tuple[int, float]) -> Process | None:
        """Return a process that lives, or died a moment ago."""
        record = self._records.get(identity)
        return record.process if record else None

    def next_change(self) -> float | None:
        """Return in how many seconds the picture changes by itself, None if it will not."""
        if self.ending is not None:
            return None
        self._records.forget_dead(now := self._clock())
        grown = (record.born + NEWBORN for record in self._records.living())
        pauses = [at - now for at in (*grown, *self._records.departures()) if at > now]
        if (died := self._records.unreaped()) is not None:
            pauses.append(max(died + REAPED - now, 0.0))
        return min(pauses, default=None)

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

    def _box(self, record: ProcessRecord, parent: str, now: float) -> Box:
        """Return how a process is drawn at `now`."""
        process = record.process
        box = replace(of_process(process, parent), since=record.born)
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
