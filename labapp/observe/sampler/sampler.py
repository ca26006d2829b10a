"""The side process that watches a server, and says in one JSON line each what changes.

It is a process of its own because a notebook's cell that burns the processor starves every other thread of
its kernel: there, only a thread that reads one line per change keeps up.
"""

from __future__ import annotations

import resource
import select
import socket
import time
from contextlib import ExitStack, closing, suppress

from labapp.observe.kernel import Announcer, Reader, open_announcer, open_reader
from labapp.observe.sampler import protocol
from labapp.observe.sampler.changes import Changes
from labapp.observe.sampler.liveness import Liveness
from labapp.observe.sampler.log_tail import LogTail
from labapp.observe.sampler.outlet import Outlet
from labapp.observe.sampler.schedule import SampleSchedule
from labapp.observe.server_events import Datagrams, is_event

# A log file announces nothing; births do not where only exits are announced.
_LOG_EVERY = 0.05
_FORKS_EVERY = 0.02
# Who serves thousands of requests a second sends as many events: they are received together.
_RECEIVE_EVERY = 0.02
# And less often, for it costs those who serve, when so many bytes came at once: more than anybody watches.
_MANY, _RECEIVE_MANY_EVERY = 4096, 0.05
# When the caller is behind with its reading, there is nothing to do but to see whether it liveness.
_FULL = 1.0


class Sampler:
    """Watches the processes and the log until there is nothing, or nobody, left to do it for."""

    def __init__(  # noqa: PLR0917 - its six senses
        self,
        liveness: Liveness,
        reader: Reader,
        announcer: Announcer,
        log: LogTail,
        outlet: Outlet,
        datagrams: Datagrams | None,
    ) -> None:
        self._liveness = liveness
        self._reader = reader
        self._announcer = announcer
        self._log = log
        self._outlet = outlet
        self._datagrams = datagrams
        self._received, self._again = 0.0, _RECEIVE_EVERY
        self._changes = Changes()
        self._watched: set[int] = set()
        self._schedule = SampleSchedule(time.monotonic())

    def run(self) -> None:
        """Say what happens, and at last that the server is gone; nothing more once the caller is."""
        liveness = self._liveness
        sources: list[int | Announcer | Datagrams] = [*liveness.sources, self._announcer]
        liveness.ask(())
        while liveness.wanted and liveness.worthwhile:
            self._outlet.flush()
            self._work()
            full = [self._outlet] if self._outlet.full else []
            datagrams = [self._datagrams] if self._datagrams and self._receives() else []
            ready, _, _ = select.select([*sources, *datagrams], full, [], self._rest())
            if self._announcer in ready:
                self._on_announcement()
            if self._datagrams in ready or self._pages_are_due():
                self._on_datagrams()
            liveness.ask(ready)
            if liveness.called:
                self._outlet.write(protocol.hello())
        if liveness.wanted:
            self._finish()

    def _rest(self) -> float:
        """Return for how many seconds there is nothing to do."""
        if self._outlet.full:
            return _FULL
        now = time.monotonic()
        if busy := self._schedule.busy(now):
            return busy
        often = _LOG_EVERY if self._announcer.announces_forks else _FORKS_EVERY
        if not self._receives() or (self._datagrams and self._datagrams.awake):
            often = min(often, self._received + self._again - now)
        return max(0.0, min(self._schedule.next(now) - now, often))

    def _receives(self) -> bool:
        """Whether it is time to receive what the server's processes send; it waits in their sockets."""
        return not self._outlet.full and time.monotonic() >= self._received + self._again

    def _pages_are_due(self) -> bool:
        """Whether it is time to look at what some of them write into memory."""
        return self._datagrams is not None and self._datagrams.awake and self._receives()

    def _on_datagrams(self) -> None:
        """Pass on the events of the server's processes, and how many lines were none."""
        if self._datagrams is None:
            return
        received = self._datagrams.read()
        events = [data for data in received if is_event(data)]
        malformed = len(received) - len(events)
        events += self._datagrams.read_pages()
        if events or malformed:
            self._outlet.write(protocol.server_events(events, malformed))
        self._again = _RECEIVE_MANY_EVERY if sum(map(len, events)) > _MANY else _RECEIVE_EVERY
        self._received = time.monotonic()

    def _on_announcement(self) -> None:
        """Tell at once who has ended, for that is known without a look."""
        announced = self._announcer.read()
        if lines := self._changes.on_exits(announced.exits):
            self._outlet.write(b"".join(lines))
            self._schedule.told(time.monotonic())
        if announced.changed:
            self._schedule.announced(time.monotonic(), forked=announced.forked)

    def _work(self) -> None:
        """Look where something is due, unless the caller has not read what there was or a death passes."""
        now = time.monotonic()
        if self._outlet.full or self._schedule.busy(now):
            return
        lines = self._log_lines()
        if not (self._announcer.announces_forks or self._schedule.expectant) and self._reader.forked():
            self._schedule.announced(now, forked=True)
        if self._schedule.next(now) <= now:
            lines += self._sample(now)
        if lines:
            self._outlet.write(b"".join(lines))

    def _sample(self, now: float) -> list[bytes]:
        metrics = self._schedule.wants_metrics(now)
        if metrics:
            self._log.follow()
        processes = self._reader.read()
        # Of those who ended meanwhile it is known how.
        announced = self._announcer.read()
        pids = {process.pid for process in processes if process.alive} | {self._liveness.root}
        if pids != self._watched:
            self._watched = pids
            self._announcer.watch(pids)
        lines = self._changes.on_exits(announced.exits)
        lines += self._changes.lines(now, processes, metrics)
        self._schedule.sampled(now, time.monotonic() - now, self._changes.reshaped)
        if announced.changed:
            self._schedule.announced(time.monotonic(), forked=announced.forked)
        return lines

    def _log_lines(self) -> list[bytes]:
        lines, skipped = self._log.read()
        return [protocol.log(lines, skipped)] if lines or skipped else []

    def _finish(self) -> None:
        """Say the last there is to say, as long as there is somebody to take it."""
        self._log.follow()
        self._on_datagrams()
        last = self._changes.lines(time.monotonic(), [], metrics=False)
        self._outlet.write(b"".join([*self._log_lines(), *last, protocol.end("the server is gone")]))
        while self._outlet.full and self._liveness.wanted:
            ready, _, _ = select.select(self._liveness.callers, [self._outlet], [], _FULL)
            self._liveness.ask(ready)
            self._outlet.flush()


def main(arguments: list[str]) -> None:
    """Run with the root's pid, start and `predecessor`, the log's path, the kind of events, the caller's pid.

    Last comes the descriptor of the socket at which the server's processes send events, -1 for none.
    """
    root, started, predecessor, path, kind, caller, server_events = arguments
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with (
        suppress(BrokenPipeError),
        Liveness(int(root), float(started), int(caller)) as liveness,
        closing(open_announcer(kind)) as announcer,
        # In two thirds of the descriptors: where only exits are announced, each process needs one more.
        open_reader(int(root), predecessor=predecessor, budget=_budget(hard), window=0.9) as reader,
        LogTail(path) as log,
        ExitStack() as stack,
    ):
        datagrams = None
        if int(server_events) >= 0:
            datagrams = stack.enter_context(closing(Datagrams(socket.socket(fileno=int(server_events)))))
        Sampler(liveness, reader, announcer, log, Outlet(1), datagrams).run()


def _budget(hard: int) -> int:
    return 100_000 if hard == resource.RLIM_INFINITY else hard * 2 // 3
