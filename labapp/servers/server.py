"""A running server, as a notebook holds it in its hand."""

import shlex
import socket
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from labapp.arguments import COUNT, FLAG, FUNCTION, NOTHING, PATH, SECONDS, TEXT, takes
from labapp.observe import Roles, Tree
from labapp.servers import signals, wording
from labapp.servers.http import Answer, Client, browser_link, host_and_port
from labapp.servers.log import Log
from labapp.servers.observation import Observation
from labapp.servers.processes import Worker
from labapp.servers.server_kind import ServerKind, SignalNote
from labapp.servers.stopping import Lifetime, stop
from labapp.servers.waiting import wait_until

if TYPE_CHECKING:
    import httpx

    from labapp.observe.feed import Feed
    from labapp.observe.timeline import Timeline


class Server:
    """A real server under its guard: its processes, its log, its answers, its end. Any thread may use it."""

    def __init__(
        self,
        kind: ServerKind,
        environment: Mapping[str, str],
        lifetime: Lifetime,
        events: socket.socket | None = None,
    ) -> None:
        self.kind = kind
        self.command = list(kind.command.argv)
        self.added: tuple[str, ...] = ()
        self.typed = kind.command.typed
        self.environment = dict(environment)
        self.first_answer = Answer("", 0)
        self.notice = ""
        self.log = Log(lifetime.guard.record.log, ended=lambda: lifetime.guard.over)
        lifetime.at_end(self.log.close)
        self._lifetime = lifetime
        self._guard = lifetime.guard
        self._processes = lifetime.processes
        self._observation = Observation(kind, lifetime, events)
        self._client: Client | None = None
        self._lock = Lock()
        self._pid = 0

    # What it is.

    @property
    def address(self) -> str:
        """Where it answers: `127.0.0.1:46393` or `unix:/path`."""
        return self.first_answer.address

    @property
    def url(self) -> str | None:
        """Where it answers, as a URL; None on a unix socket."""
        if self.address.startswith("unix:"):
            return None
        return f"{'https' if self.kind.speaks_tls(self.address) else 'http'}://{self.address}"

    @property
    def port(self) -> int | None:
        """The TCP port where it answers; None on a unix socket."""
        return None if self.address.startswith("unix:") else host_and_port(self.address)[1]

    @property
    def link(self) -> str | None:
        """Where your browser finds it, below its Jupyter's prefix if there is one; None on a unix socket."""
        return browser_link(self.url, self.port)

    @property
    def first_status(self) -> int:
        """The status of its first answer: a server that answers 500 is up, and its application is not."""
        return self.first_answer.status

    @property
    def pid(self) -> int:
        """The pid of its master (of its only process, if it never forks); the last one, when it has ended."""
        if process := self._processes.principal():
            self._pid = process.pid
        return self._pid or self._guard.record.server

    @property
    def guard_pid(self) -> int:
        """The pid of its guard, whose descendants are the server."""
        return self._guard.pid

    @property
    def owner_pid(self) -> int:
        """The pid of the process that launched it, and with which it ends."""
        return self._guard.record.owner

    @property
    def directory(self) -> Path:
        """Its runtime directory, removed with it."""
        return self._guard.record.directory

    @property
    def running(self) -> bool:
        """Whether any process of it is left."""
        return not self._guard.over

    @property
    def ending(self) -> str | None:
        """How its last master ended: `exited with status 3`, `killed by SIGKILL`; None while it runs."""
        if self.running:
            return None
        return "lost: its guard was killed" if self._guard.lost else wording.ending(self._guard.status)

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

    @takes(method=TEXT, path=PATH)
    def request(self, method: str, path: str, **options: Any) -> "httpx.Response":
        """Send it a request, as `httpx.request` does; redirects are not followed.

        Where it speaks TLS, the certificate is verified only if `verify=` (True, or a context) asks for it.
        """
        if not self.running:
            raise self._unreachable(method, path)  # Whoever listens there now is somebody else.
        with self._lock:
            if self._client is None:
                tls = self.kind.speaks_tls(self.address)
                self._client = self._lifetime.client(self.address, sent=self.note_sending, tls=tls)
            client = self._client
        return client.request(method, path, **options)

    def _unreachable(self, method: str, path: str) -> Exception:
        """Return the error for what was asked of a server that has ended."""
        import httpx  # noqa: PLC0415 (80 ms that a launch can do without)

        return httpx.ConnectError(f"The server has ended ({self.ending}): {method} {path} was not sent.")

    def renew_client(self) -> None:
        """Open new connections for what is asked from now on; what is under way is left alone."""
        with self._lock:
            self._client = None

    def note_sending(self, port: int, at: float) -> None:
        """Tell the timeline, if there is one, when a request was sent and from which port."""
        self._observation.note_sending(port, at)

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
        number = signals.parse_signal(which)
        if (process := self._processes.principal()) is None:
            what = f"The server has ended ({self.ending})" if self.ending else "The master has ended"
            raise ProcessLookupError(f"{what}: {number.name} was not sent.")
        signals.send_signal(process.pid, process.started, number)

    def signal_notes(self, role: str) -> Mapping[str, SignalNote]:
        """Return what each signal does to a process in this role, by the signal's short name."""
        return self.kind.signal_notes(role)

    @takes(condition=FUNCTION | NOTHING, workers=COUNT | NOTHING, running=FLAG | NOTHING, timeout=SECONDS)
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
        return self._observation.feed

    @property
    def timeline(self) -> "Timeline":
        """What happened to it, in order of time: its processes, their requests, the signals sent to them.

        Of a server that emits events it is kept from the launch on, with its requests; of another one it is
        kept from the first time that it is asked for, without them.
        """
        return self.keep_timeline()

    def keep_timeline(self, tree: Tree | None = None) -> "Timeline":
        """Have what happens to it kept from now on, and return the timeline that grows."""
        return self._observation.keep_timeline(tree)

    @takes(timeout=SECONDS)
    def stop(self, timeout: float = 5.0) -> None:
        """End it: ask it to finish its requests, wait at most `timeout` seconds, then be firm; idempotent.

        Its runtime directory goes with it; its log stays readable.
        """
        with self._lifetime.ending:
            stop([self._lifetime], timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        lines = [self.typed, f"  {self._state() if self.running else self.ending}"]
        if self.running and self.first_status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            status = HTTPStatus(self.first_status)
            lines.append(f"  its first answer was {self.first_status} {status.phrase}: look at its log")
        if self.notice:
            lines.append(f"  {self.notice}")
        additions = [shlex.join(self.added)] if self.added else []
        additions += [f'{name}="{value}"' for name, value in self.environment.items()]
        lines += [f"  the lab added {one}".replace(str(self.directory), "…") for one in additions]
        if not self.running and not self.address:  # It was asked for something, and has told it.
            printed = repr(self.log)
            lines[1] += ", and printed:" if printed else ", and printed nothing"
            lines.append(printed)
        return "\n".join(lines).rstrip("\n")

    def _state(self) -> str:
        """Say where it answers, and which processes it has."""
        tree = self.snapshot()
        principal = next((one.role for one in tree if one.pid == self.pid), "")
        who = f"{principal if principal in ('master', 'supervisor') else 'process'} {self.pid}"
        workers = f", {wording.count(len(tree.workers), 'worker')}" if tree.masters else ""
        where = f"answers at {self.url or self.address}" if self.address else "does not answer yet"
        return f"{where}; {who}{workers}"
