"""Which announcements of process events this system gives."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Collection
from contextlib import suppress

from labapp.observe.announced import Announced, Events

KINDS = ("auto", "netlink", "exits")


def open_events(kind: str = "auto") -> Events:
    """Return the best source there is, or the one of `KINDS` that is asked for.

    `netlink` raises OSError where the kernel does not announce; `exits` is what remains there.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown events {kind!r}: choose from {', '.join(KINDS)}")
    if sys.platform != "linux":
        return Kqueue()
    if kind != "exits":
        from labapp.observe.netlink import Netlink  # noqa: PLC0415 - Linux only

        try:
            return Netlink()
        except OSError:
            if kind == "netlink":
                raise
    return Pidfds()


if sys.platform == "linux":

    class Pidfds:
        """Announces the end of the watched processes; births have to be looked for."""

        announces_forks = False

        def __init__(self) -> None:
            self._epoll = select.epoll()
            self._pids: dict[int, int] = {}
            self._open: dict[int, int] = {}

        def fileno(self) -> int:
            """Return the descriptor that is readable when there is news."""
            return self._epoll.fileno()

        def close(self) -> None:
            """Stop listening."""
            for pid in list(self._open):
                self._drop(pid)
            self._epoll.close()

        def watch(self, pids: Collection[int]) -> None:
            """Announce from now on the end of these processes."""
            for pid in self._open.keys() - set(pids):
                self._drop(pid)
            for pid in set(pids) - self._open.keys():
                try:
                    descriptor = os.pidfd_open(pid)
                except OSError:
                    # It ended already, or descriptors have run out: the samples that follow tell.
                    continue
                self._open[pid] = descriptor
                self._pids[descriptor] = pid
                self._epoll.register(descriptor, select.EPOLLIN)

        def read(self) -> Announced:
            """Return which processes ended since the last call; how, only their parent learns."""
            ended = [self._pids[descriptor] for descriptor, _ in self._epoll.poll(0)]
            announced = Announced(bool(ended), dict.fromkeys(ended))
            for pid in ended:
                self._drop(pid)
            return announced

        def _drop(self, pid: int) -> None:
            descriptor = self._open.pop(pid)
            del self._pids[descriptor]
            self._epoll.unregister(descriptor)
            os.close(descriptor)

else:

    class Kqueue:
        """Announces what the watched processes do, on macOS."""

        announces_forks = True

        def __init__(self) -> None:
            self._queue = select.kqueue()
            self._watched: set[int] = set()

        def fileno(self) -> int:
            """Return the descriptor that is readable when there is news."""
            return self._queue.fileno()

        def close(self) -> None:
            """Stop listening."""
            self._queue.close()

        def watch(self, pids: Collection[int]) -> None:
            """Announce from now on what these processes do; the kernel forgets those that end."""
            notes = select.KQ_NOTE_EXIT | select.KQ_NOTE_FORK | select.KQ_NOTE_EXEC
            for pid in set(pids) - self._watched:
                event = select.kevent(
                    pid, select.KQ_FILTER_PROC, select.KQ_EV_ADD | select.KQ_EV_CLEAR, notes
                )
                # It may have ended already: the samples that follow tell.
                with suppress(OSError):
                    self._queue.control([event], 0)
            self._watched = set(pids)

        def read(self) -> Announced:
            """Return what was announced since the last call."""
            events = self._queue.control(None, 1000, 0)
            ended = [event.ident for event in events if event.fflags & select.KQ_NOTE_EXIT]
            return Announced(bool(events), dict.fromkeys(ended))
