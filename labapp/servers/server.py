"""A running server, as a notebook holds it in its hand."""

import os
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Lock, RLock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from labapp.observe.kernel.listeners import Newcomers
from labapp.observe.roles import Roles
from labapp.observe.tree import Tree
from labapp.servers import registry, signals, wording
from labapp.servers.addresses import reachable, split
from labapp.servers.client import Client
from labapp.servers.description import describe
from labapp.servers.guard import records, runtime
from labapp.servers.guard.client import Guarded
from labapp.servers.kinds.base import Program
from labapp.servers.kinds.signal_notes import SignalNote
from labapp.servers.log import Log
from labapp.servers.processes import Processes
from labapp.servers.readiness import Answer, wait_until_ready
from labapp.servers.stopping import stop
from labapp.servers.waiting import wait_until
from labapp.servers.worker import Worker

if TYPE_CHECKING:
    import httpx

    from labapp.observe.feed.feed import Feed
    from labapp.observe.timeline.timeline import Timeline

LAST_WORDS = 0.5  # Seconds in which what happened at the end must have come to the timeline.


class Server:
    """A real server under its guard: its processes, its log, its answers, its end. Any thread may use it."""

    def __init__(
        self,
        program: Program,
        environment: Mapping[str, str],
        guarded: Guarded,
        log: Log,
        talk: socket.socket | None = None,
    ) -> None:
        self.command = list(program.command.argv)
        self.typed = program.command.typed
        self.environment = dict(environment)
        self.log = log
        self._program = program
        self._guarded = guarded
        self._answer = Answer("", 0)
        self._pid = 0
        self._processes = Processes(program, guarded.pid)
        self._client: Client | None = None
        self._feed: Feed | None = None
        self._timeline: Timeline | None = None
        self._talk = talk
        self._lock = RLock()  # Of the client, the feed and the timeline.
        self._stopping = Lock()

    # What it is.

    @property
    def address(self) -> str:
        """Where it answers: `127.0.0.1:46393` or `unix:/path`."""
        return self._answer.address

    @property
    def url(self) -> str | None:
        """Where it answers, as a URL; None on a unix socket."""
        return None if self.address.startswith("unix:") else f"http://{self.address}"

    @property
    def port(self) -> int | None:
        """The TCP port where it answers; None on a unix socket."""
        return None if self.address.startswith("unix:") else split(self.address)[1]

    @property
    def first_status(self) -> int:
        """The status of its first answer: a server that answers 500 is up, and its application is not."""
        return self._answer.status

    @property
    def pid(self) -> int:
        """The pid of its master (of its only process, if it never forks); the last one, when it has ended."""
        if process := self._processes.principal():
            self._pid = process.pid
        return self._pid

    @property
    def guard_pid(self) -> int:
        """The pid of its guard, whose descendants are the server."""
        return self._guarded.pid

    @property
    def owner_pid(self) -> int:
        """The pid of the process that launched it, and with which it ends."""
        return self._guarded.record.owner

    @property
    def directory(self) -> Path:
        """Its runtime directory, removed with it."""
        return self._guarded.record.directory

    @property
    def running(self) -> bool:
        """Whether any process of it is left."""
        return not self._guarded.over

    @property
    def ending(self) -> str | None:
        """How its last master ended: `exited with status 3`, `killed by SIGKILL`; None while it runs."""
        if self.running:
            return None
        return "lost: its guard was killed" if self._guarded.lost else wording.ending(self._guarded.status)

    @property
    def workers(self) -> list[Worker]:
        """Its workers now, oldest first."""
        return [Worker.of(process) for process in self.snapshot().workers]

    @property
    def roles(self) -> Roles:
        """Who is who among its processes, by the same names for all who look."""
        return self._processes.roles

    def tree(self) -> Tree:
        """Return its processes now, with the addresses each listens on; none when it has ended."""
        return self._processes.tree()

    def snapshot(self) -> Tree:
        """Return its processes as `tree` does, but for the sockets: cheap enough to be asked for often."""
        return self._processes.snapshot()

    def listening(self) -> set[str]:
        """Return the addresses it listens on."""
        return {address for process in self.tree() for address in process.listening}

    # What one does with it.

    def request(self, method: str, path: str, **options: Any) -> "httpx.Response":
        """Send it a request, as `httpx.request` does; redirects are not followed."""
        with self._lock:
            if self._client is None:
                self._client = Client(self.address, sent=self.note_sending)
        return self._client.request(method, path, **options)

    def note_sending(self, port: int, at: float) -> None:
        """Tell the timeline, if there is one, when a request was sent and from which port."""
        if self._timeline is not None:
            self._timeline.sent(port, at)

    def get(self, path: str = "/", **options: Any) -> "httpx.Response":
        """Send it a GET request."""
        return self.request("GET", path, **options)

    def post(self, path: str = "/", **options: Any) -> "httpx.Response":
        """Send it a POST request."""
        return self.request("POST", path, **options)

    def signal(self, which: signals.Which) -> None:
        """Send its master a signal: `"TTIN"`, `"SIGTTIN"`, `signal.SIGTTIN` or 21.

        `ValueError` lists the names; `ProcessLookupError` says that the master has ended.
        """
        number = signals.parse(which)
        if (process := self._processes.principal()) is None:
            what = f"The server has ended ({self.ending})" if self.ending else "The master has ended"
            raise ProcessLookupError(f"{what}: {number.name} was not sent.")
        signals.send(process.pid, process.started, number)

    def signal_notes(self, role: str) -> Mapping[str, SignalNote]:
        """Return what each signal does to a process in this role, by the signal's short name."""
        return self._program.signal_notes(role)

    def wait_until(
        self,
        condition: Callable[[], object] | None = None,
        *,
        workers: int | None = None,
        running: bool | None = None,
        timeout: float = 10.0,
    ) -> None:
        """Wait until a condition holds, there are so many workers, or it has ended (`running=False`).

        `TimeoutError`, after `timeout` seconds or as soon as it is hopeless, says what there was instead.
        """
        wait_until(self, condition, workers=workers, running=running, timeout=timeout)

    @property
    def feed(self) -> "Feed":
        """What happens to it, as it happens: the source of the live view."""
        from labapp.observe.feed.feed import Feed  # noqa: PLC0415 (a launch can do without)

        with self._lock:
            if self._feed is None:
                self._feed = Feed(self._guarded.pid, self._guarded.record.log, talk=self._talk)
            return self._feed

    @property
    def timeline(self) -> "Timeline":
        """What happened to it, in order of time: its processes, their requests, the signals sent to them.

        Of Gunicorn and of Nginx it is kept from the launch on, with their requests; of another server from
        the first time that it is asked for, without them.
        """
        from labapp.observe.feed.messages import TreeChanged  # noqa: PLC0415
        from labapp.observe.timeline.timeline import Timeline  # noqa: PLC0415 (a failed launch can do without)

        with self._lock:
            if self._timeline is None:
                self._timeline = Timeline(self.roles)
                # Who lives now can be signalled, and serve, before the feed has told of anyone.
                self._timeline.learn(TreeChanged(time.monotonic(), list(self.snapshot())))
                signals.witnesses.append(self._timeline.signalled)
            if not self._guarded.released and self.running:
                self._timeline.follow(self.feed)
            return self._timeline

    # How it ends.

    def stop(self, timeout: float = 5.0) -> None:
        """End it: ask it to finish its requests, wait at most `timeout` seconds, then be firm; idempotent.

        Its runtime directory goes with it; its log stays readable.
        """
        with self._stopping:
            stop([self], timeout)

    def _hang_up(self) -> None:
        """Close the connections to it that would keep a worker waiting."""
        if self._client is not None:
            self._client.close()

    def _bury(self) -> None:
        """Wait for the guard to finish, then let go of everything."""
        self._guarded.release()
        if self._guarded.lost:
            runtime.end([self._guarded.record])
        self.log.close()
        if self._timeline is not None:
            self._timeline.finish(LAST_WORDS)
            with suppress(ValueError):
                signals.witnesses.remove(self._timeline.signalled)
        self._processes.close()
        if self._feed is not None:
            self._feed.close()
        if self._talk is not None:
            self._talk.close()
        registry.remove(self)

    def _wait_until_ready(self, newcomers: Newcomers, path: str, timeout: float, exposed: bool) -> None:
        """Wait for its first answer to `GET path`; `NotReadyError` if there is none."""
        serving = partial(self._processes.serving, newcomers)
        answer = self._first_answer(serving, path, timeout, exposed)
        self._answer = replace(answer, address=reachable(answer.address))
        record = self._guarded.record
        record.address = self.address
        record.family = [process.identity for process in self.snapshot()]
        with suppress(ProcessLookupError):
            record.sessions = sorted({os.getsid(pid) for pid, _ in record.family})
        records.write(record)

    def _first_answer(
        self, serving: Callable[[], set[str]], path: str, timeout: float, exposed: bool
    ) -> Answer:
        return wait_until_ready(self._guarded, serving, path=path, timeout=timeout, exposed=exposed)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return describe(self, self._program, self._answer)
