"""The side process that watches a server, and says in one JSON line each what changes.

It is a process of its own because a notebook's cell that burns the processor starves every other thread of
its kernel: there, only a thread that reads one line per change keeps up.
"""

from __future__ import annotations

import os
import resource
import select
import sys
import time
from contextlib import ExitStack, closing, suppress
from typing import TYPE_CHECKING

from labapp.observe import wire
from labapp.observe.announced import Events
from labapp.observe.changes import Changes
from labapp.observe.events import open_events
from labapp.observe.logtail import LogTail
from labapp.observe.outlet import Outlet
from labapp.observe.pace import Pace
from labapp.observe.reader import Reader, open_reader

if TYPE_CHECKING:
    from _typeshed import FileDescriptorLike

# A log file announces nothing; births do not where only exits are announced.
_LOG_EVERY = 0.05
_FORKS_EVERY = 0.02
_ORPHAN_EVERY = 1.0


class Sampler:
    """Watches the descendants of `root` and the log until there is nothing, or nobody, left to do it for."""

    def __init__(self, root: int, reader: Reader, events: Events, log: LogTail, outlet: Outlet) -> None:
        self._root = root
        self._reader = reader
        self._events = events
        self._log = log
        self._outlet = outlet
        self._changes = Changes()
        self._watched: set[int] = set()
        self._pace = Pace(time.monotonic())

    def run(self, caller: int, stdin: int = 0) -> None:
        """Run until `stdin` ends, the process `caller` is no longer the parent, or `root` is gone."""
        with ExitStack() as stack:
            guards = [_pidfd(pid, stack) for pid in (self._root, caller)]
            sources: list[FileDescriptorLike] = [
                stdin,
                self._events,
                *(guard for guard in guards if guard is not None),
            ]
            check = time.monotonic()
            while True:
                now = time.monotonic()
                if now >= check:
                    check = now + _ORPHAN_EVERY
                    self._log.follow()
                    if os.getppid() != caller:
                        return
                    if not _exists(self._root):
                        break
                ready, _, _ = select.select(
                    sources, [self._outlet] if self._outlet.full else [], [], self._rest(now)
                )
                if guards[1] in ready:
                    return
                if stdin in ready:
                    if not os.read(stdin, 4096):
                        return
                    self._outlet.write(wire.hello())
                if self._events in ready:
                    self._listen()
                if guards[0] in ready:
                    break
                self._outlet.flush()
                self._work()
        self._finish()

    def _rest(self, now: float) -> float:
        """Return for how many seconds there is nothing to do."""
        if self._outlet.full:
            return _ORPHAN_EVERY
        often = _LOG_EVERY if self._events.announces_forks else _FORKS_EVERY
        return max(0.0, min(self._pace.next(now) - now, often))

    def _listen(self) -> None:
        announced = self._events.read()
        self._changes.exits.update(announced.exits)
        if announced.changed:
            self._pace.announced(time.monotonic())

    def _work(self) -> None:
        """Look where something is due, unless the caller has not read what there was."""
        if self._outlet.full:
            return
        now = time.monotonic()
        lines = self._log_lines()
        if not self._events.announces_forks and self._reader.forked():
            self._pace.announced(now)
        if self._pace.next(now) <= now:
            lines += self._sample(now)
        if lines:
            self._outlet.write(b"".join(lines))

    def _sample(self, now: float) -> list[bytes]:
        metrics = self._pace.wants_metrics(now)
        processes = self._reader.read()
        pids = {process.pid for process in processes if process.alive} | {self._root}
        if pids != self._watched:
            self._watched = pids
            self._events.watch(pids)
        lines = self._changes.lines(now, processes, metrics)
        self._pace.sampled(now, time.monotonic() - now, bool(lines) and not metrics)
        return lines

    def _log_lines(self) -> list[bytes]:
        lines, skipped = self._log.read()
        return [wire.log(lines, skipped)] if lines or skipped else []

    def _finish(self) -> None:
        """Say the last there is to say, as far as the caller takes it."""
        self._log.follow()
        self._outlet.write(
            b"".join(
                [
                    *self._log_lines(),
                    *self._changes.lines(time.monotonic(), [], metrics=False),
                    wire.end("the server is gone"),
                ]
            )
        )


def main(arguments: list[str]) -> None:
    """Run as `sampler ROOT_PID LOG_PATH [EVENTS [PARENT_PID]]`: lines on stdout, until stdin ends."""
    root, path = int(arguments[0]), arguments[1]
    kind = arguments[2] if len(arguments) > 2 else "auto"
    caller = int(arguments[3]) if len(arguments) > 3 else os.getppid()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with (
        suppress(BrokenPipeError),
        closing(open_events(kind)) as events,
        # In two thirds of the descriptors: where only exits are announced, each process needs one more.
        open_reader(root, budget=_budget(hard), window=0.9) as reader,
        LogTail(path) as log,
    ):
        Sampler(root, reader, events, log, Outlet(1)).run(caller)


def _budget(hard: int) -> int:
    return 100_000 if hard == resource.RLIM_INFINITY else hard * 2 // 3


def _pidfd(pid: int, stack: ExitStack) -> int | None:
    """Return a descriptor that is readable once `pid` has ended, where the system has such."""
    if sys.platform != "linux":
        return None
    try:
        descriptor = os.pidfd_open(pid)
    except OSError:
        return None
    stack.callback(os.close, descriptor)
    return descriptor


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
