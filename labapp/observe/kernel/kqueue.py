"""Forks, execs and exits, told by the event queue of macOS."""

from __future__ import annotations

import select
import sys
from collections.abc import Collection
from contextlib import suppress

from labapp.observe.kernel.announcements import Announced

assert sys.platform != "linux"


class Kqueue:
    """Announces what the watched processes do, on macOS."""

    announces_forks = True

    def __init__(self) -> None:
        self._queue = select.kqueue()
        self._watched: set[int] = set()

    def fileno(self) -> int:
        """Return the descriptor that is readable when something was announced."""
        return self._queue.fileno()

    def close(self) -> None:
        """Stop listening."""
        self._queue.close()

    def watch(self, pids: Collection[int]) -> None:
        """Announce from now on what these processes do; the kernel forgets those that end."""
        notes = select.KQ_NOTE_EXIT | select.KQ_NOTE_FORK | select.KQ_NOTE_EXEC
        for pid in set(pids) - self._watched:
            event = select.kevent(pid, select.KQ_FILTER_PROC, select.KQ_EV_ADD | select.KQ_EV_CLEAR, notes)
            # It may have ended already: the samples that follow tell.
            with suppress(OSError):
                self._queue.control([event], 0)
        self._watched = set(pids)

    def read(self) -> Announced:
        """Return what was announced since the last call."""
        events = self._queue.control(None, 1000, 0)
        ended = [event.ident for event in events if event.fflags & select.KQ_NOTE_EXIT]
        forked = any(event.fflags & select.KQ_NOTE_FORK for event in events)
        return Announced(bool(events), dict.fromkeys(ended), forked)
