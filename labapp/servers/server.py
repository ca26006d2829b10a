"""A running server, as a notebook holds it in its hand."""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from labapp.observe.process import Process
from labapp.observe.reader import open_reader
from labapp.observe.roles import Roles
from labapp.observe.tree import Tree
from labapp.servers import records, registry, runtime, signals, wording
from labapp.servers.addresses import reachable, split
from labapp.servers.client import Client
from labapp.servers.description import describe
from labapp.servers.guarded import Guarded
from labapp.servers.listeners import Newcomers, listening
from labapp.servers.log import Log
from labapp.servers.notes import SignalNote
from labapp.servers.program import Program
from labapp.servers.readiness import Answer, wait_until_ready
from labapp.servers.stopping import stop
from labapp.servers.waiting import wait_until
from labapp.servers.worker import Worker

if TYPE_CHECKING:
    import httpx

    from labapp.observe.feed import Feed


class Server:
    """A real server under its guard: its processes, its log, its answers, its end. Any thread may use it."""

    def __init__(self, program: Program, environment: Mapping[str, str], guarded: Guarded, log: Log) -> None:
        self.command = list(program.command.argv)
        self.environment = dict(environment)
        self.roles = Roles(prefork=program.prefork)
        self.log = log
        self._program = program
        self._guarded = guarded
        self._answer = Answer("", 0)
        self._pid = 0
        self._reader = open_reader(guarded.pid)
        self._client: Client | None = None
        self._feed: Feed | None = None
        self._stopped = False
        self._lock = Lock()  # Of the reader, the client and the feed.
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
        if process := self._principal():
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

    def tree(self) -> Tree:
        """Return its processes now, with the addresses each listens on; none when it has ended."""
        tree = self.snapshot()
        held = listening([process.pid for process in tree])
        return tree.holding(
            {pid: tuple(filter(None, map(self._served, found))) for pid, found in held.items()}
        )

    def snapshot(self) -> Tree:
        """Return its processes as `tree` does, but for the sockets: cheap enough to be asked for often."""
        with self._lock:
            return self.roles.name([] if self._stopped else self._reader.read())

    def listening(self) -> set[str]:
        """Return the addresses it listens on."""
        return {address for process in self.tree() for address in process.listening}

    def _served(self, address: str) -> str:
        """The address in full; none for a control socket, where no HTTP is spoken."""
        whole = self._program.absolute(address)
        return "" if self._program.is_control(whole) else whole

    def _pids(self) -> list[int]:
        """The pids of its processes, not named yet: a server that starts is not what it will be."""
        with self._lock:
            return [process.pid for process in self._reader.read()]

    # What one does with it.

    def request(self, method: str, path: str, **options: Any) -> "httpx.Response":
        """Send it a request, as `httpx.request` does; redirects are not followed."""
        with self._lock:
            if self._client is None:
                self._client = Client(self.address)
        return self._client.request(method, path, **options)

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
        if (process := self._principal()) is None:
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
        from labapp.observe.feed import Feed  # noqa: PLC0415 (a launch can do without)

        with self._lock:
            if self._feed is None:
                self._feed = Feed(self._guarded.pid, self._guarded.record.log)
            return self._feed

    # How it ends.

    def stop(self, timeout: float = 5.0) -> None:
        """End it: ask it to finish its requests, wait at most `timeout` seconds, then be firm; idempotent.

        Its runtime directory goes with it; its log stays readable.
        """
        with self._stopping:
            stop([self], timeout)

    def _ask_to_end(self, told: set[tuple[int, float]]) -> None:
        """Send TERM, once, to each process that ends others (masters) or that no other ends (roots)."""
        tree = self.snapshot()
        for process in {*tree.masters, *tree.roots}:
            if process.alive and process.identity not in told:
                told.add(process.identity)
                with suppress(ProcessLookupError):
                    signals.send(process.pid, process.started, "TERM")
        for process in tree:  # Who is frozen can neither finish nor end.
            if process.state == "stopped":
                with suppress(ProcessLookupError):
                    signals.send(process.pid, process.started, "CONT")

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
        with self._lock:
            if not self._stopped:
                self._stopped = True
                self._reader.close()
        if self._feed is not None:
            self._feed.close()
        registry.remove(self)

    def _principal(self) -> Process | None:
        """The master, or the process that is the server."""
        tree = self.snapshot()
        single = (process for process in tree.roots if process.alive and process.role != "worker")
        return tree.master or next(single, None)

    def _wait_until_ready(self, newcomers: Newcomers, path: str, timeout: float, exposed: bool) -> None:
        """Wait for its first answer to `GET path`; `NotReadyError` if there is none."""

        def served() -> set[str]:
            return {whole for address in newcomers.of(self._pids) if (whole := self._served(address))}

        answer = wait_until_ready(self._guarded, served, path=path, timeout=timeout, exposed=exposed)
        self._answer = replace(answer, address=reachable(answer.address))
        record = self._guarded.record
        record.address = self.address
        record.family = [process.identity for process in self.snapshot()]
        with suppress(ProcessLookupError):
            record.sessions = sorted({os.getsid(pid) for pid, _ in record.family})
        records.write(record)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return describe(self, self._program, self._answer)
