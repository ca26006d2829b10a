"""Gunicorn's server hooks, set around the learner's own: each process tells the lab what it does.

Gunicorn imports this in the server, as its logger class: the one setting in `GUNICORN_CMD_ARGS` which is
given the whole configuration, at the start and at each reload, and takes nothing from the learner. A
`-c FILE` there would be overridden by one on the command line, and would itself hide `./gunicorn.conf.py`.

Each event is a datagram to the unix socket `events` in the server's runtime directory: a JSON array of its
kind, the time on CLOCK_MONOTONIC (one clock for all processes, and for the lab's own events), the pid, the
number of datagrams lost before it, and what else there is to say. Sending never waits and never fails: what
does not fit is lost, and counted.

Requests are told by the worker types whose code calls `pre_request` and `post_request`: sync, gthread, gevent
and asgi of Gunicorn 27; not tornado, nor the worker of Uvicorn. A request begins when its headers are read.

In a storm of one request, each answered at once, its beginning is told along with its end only, for half the
datagrams. What a worker that is killed in such a storm leaves undone stays untold.
"""

from __future__ import annotations

import functools
import os
import socket
import sys
import time
from _thread import allocate_lock, get_ident
from collections.abc import Callable
from contextlib import suppress
from json.encoder import encode_basestring_ascii as quoted
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gunicorn import glogging

if TYPE_CHECKING:
    from gunicorn.config import Config

MARKER = "LABAPP_RUNTIME"
# With a queue for each worker; a plain datagram socket of Linux holds ten for all of them together.
KIND = socket.SOCK_SEQPACKET if sys.platform == "linux" else socket.SOCK_DGRAM
ROOM = 4 * 1024 * 1024  # bytes in the queue, or as many as the system grants
LONGEST = 2000  # characters of a path
PAUSE = 1.0  # seconds before a lost connection is tried again
# A storm: so many requests of one target in a row, each answered so soon, and followed so soon, in seconds.
STORM, SOON = 100, 0.005
NO_SIGNAL = getattr(socket, "MSG_NOSIGNAL", 0)

Hook = Callable[..., object]


class Teller:
    """Sends datagrams to the lab from this process, without ever waiting or failing."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lock = allocate_lock()
        self._socket: socket.socket | None = None
        self._lost = 0
        self._again = 0.0
        self._began: dict[int, tuple[float, str]] = {}
        self._lane: Callable[[], str] = _nowhere
        self._target: str | None = None
        self._storm = 0
        self._ended = 0.0
        self.pid = 0

    def renew(self) -> None:
        """Make this process, just forked, a sender of its own."""
        self.close()  # Of the parent's connection, only what this process inherited.
        self.__init__(self._path)  # type: ignore[misc]
        self.pid = os.getpid()
        self._connect()

    def close(self) -> None:
        """Let go of the connection; the next event makes a new one."""
        old, self._socket = self._socket, None
        if old is not None:
            old.close()

    def serve_in(self, worker: Any) -> None:
        """Learn in which lanes this worker serves: threads, greenlets or tasks."""
        self._lane = _lanes(worker)

    def tell(self, kind: str, at: float, rest: str) -> None:
        """Send one event, `rest` being what follows the number of those lost, in JSON."""
        lost = self._lost
        data = f'["{kind}",{at:.6f},{self.pid},{lost}{rest}]'.encode()
        if not self._send(data):
            with self._lock:
                self._lost += 1
        elif lost:
            with self._lock:
                self._lost -= lost

    def begin(self, req: Any) -> None:
        """Tell that a request begins, but in a storm."""
        at = time.monotonic()
        if self._storm >= STORM and req.uri == self._target and at - self._ended < SOON:
            self._began[id(req)] = at, ""
            return
        about = self._about(req)
        self._began[id(req)] = at, about
        self.tell("begin", at, about)

    def end(self, req: Any, resp: Any) -> None:
        """Tell that a request ends, and all that there is to tell when one begins."""
        began, about = self._began.pop(id(req), (None, ""))
        if began is None:
            return
        at = time.monotonic()
        self.tell("end", at, f"{about or self._about(req)},{began:.6f},{_status(resp)}")
        alike = req.uri == self._target and at - began < SOON and began - self._ended < SOON
        self._storm = self._storm + 1 if alike else 0
        self._target, self._ended = req.uri, at

    def _about(self, req: Any) -> str:
        peer = getattr(req, "peer_addr", None)
        port = peer[1] if isinstance(peer, tuple) and len(peer) > 1 else 0
        target = quoted((req.uri or "")[:LONGEST])
        return f',"{self._lane()}",{id(req)},{port},{quoted(req.method or "")},{target}'

    def _send(self, data: bytes) -> bool:
        if self._socket is None and not self._connect():
            return False
        assert self._socket is not None
        try:
            self._socket.send(data, NO_SIGNAL)
        except BlockingIOError:
            return False
        except OSError:
            self.close()  # Whoever listened has gone; another may come.
            return False
        return True

    def _connect(self) -> bool:
        now = time.monotonic()
        if now < self._again:
            return False
        self._again = now + PAUSE
        new = socket.socket(socket.AF_UNIX, KIND)
        try:
            new.setblocking(False)
            with suppress(OSError):
                new.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, ROOM)
            new.connect(self._path)
        except OSError:
            new.close()
            return False
        self._socket = new
        return True


class Logger(glogging.Logger):  # type: ignore[misc]  # Gunicorn has no types
    """Gunicorn's own logger, which has the hooks set in every configuration that it is given."""

    handed_over = False  # Whether Gunicorn must hand over each response: its asgi worker only does to log it.

    def setup(self, cfg: Config) -> None:
        """Set up the logging, then the hooks."""
        super().setup(cfg)
        with suppress(Exception):
            install(cfg)

    @property
    def access_log_enabled(self) -> bool:
        """Whether responses are wanted."""
        return self.handed_over or bool(super().access_log_enabled)

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Log an access, if the configuration asks for it."""
        if super().access_log_enabled:
            super().access(resp, req, environ, request_time)


def install(cfg: Config) -> None:
    """Set the hooks around those that `cfg` has, once; do nothing outside of the lab."""
    directory = os.environ.get(MARKER)
    if not directory or getattr(cfg.pre_request, "of_the_lab", False):
        return
    for name, ours in _hooks(teller_at(str(Path(directory, "events")))).items():
        setting = cfg.settings[name]
        theirs = setting.get()
        # The default does nothing, but for one that writes a line where those at debug level are wanted.
        idle = theirs is setting.default and not (name == "pre_request" and cfg.loglevel.lower() == "debug")
        hook = _carefully(ours) if idle else _around(ours, theirs, first=name == "pre_request")
        hook.of_the_lab = True  # type: ignore[attr-defined]
        cfg.set(name, hook)


@functools.cache
def teller_at(path: str) -> Teller:
    """Return this process's sender, which outlives its configurations."""
    teller = Teller(path)
    teller.renew()
    return teller


def _hooks(teller: Teller) -> dict[str, Hook]:
    """Return what is told, by the name of the hook."""
    tell = teller.tell

    def when_ready(_server: Any) -> None:
        tell("ready", time.monotonic(), ',"master"')

    def post_fork(_server: Any, _worker: Any) -> None:
        teller.renew()
        tell("fork", time.monotonic(), f",{os.getppid()}")

    def post_worker_init(worker: Any) -> None:
        teller.serve_in(worker)
        tell("ready", time.monotonic(), ',"worker"')

    def pre_request(_worker: Any, req: Any) -> None:
        teller.begin(req)

    def post_request(_worker: Any, req: Any, _environ: Any, resp: Any) -> None:
        teller.end(req, resp)

    def worker_abort(_worker: Any) -> None:
        tell("abort", time.monotonic(), "")

    def worker_exit(_server: Any, worker: Any) -> None:
        if worker.pid == teller.pid:  # The master calls it too, for a worker that it missed.
            tell("exit", time.monotonic(), "")

    def child_exit(_server: Any, worker: Any) -> None:
        tell("reap", time.monotonic(), f",{worker.pid}")

    def nworkers_changed(_server: Any, new: int, old: int | None) -> None:
        tell("count", time.monotonic(), f",{new},{'null' if old is None else old}")

    def on_reload(_server: Any) -> None:
        tell("reload", time.monotonic(), "")

    def pre_exec(_server: Any) -> None:
        tell("upgrade", time.monotonic(), "")

    def on_exit(_server: Any) -> None:
        tell("exit", time.monotonic(), "")

    return {name: hook for name, hook in locals().items() if name not in ("teller", "tell")}


def _carefully(ours: Hook) -> Hook:
    """Let nothing that goes wrong here reach the server."""

    @functools.wraps(ours)  # Gunicorn counts the parameters.
    def hook(*given: Any) -> None:
        try:
            ours(*given)
        except Exception:
            return  # Not by suppress(), which costs every request more.

    return hook


def _around(ours: Hook, theirs: Hook, first: bool) -> Hook:
    """Call both, ours first or last, so that what a request costs includes what the learner's hooks do."""
    ours = _carefully(ours)

    @functools.wraps(ours)
    def hook(*given: Any) -> None:
        if first:
            ours(*given)
        try:
            theirs(*given)
        finally:
            if not first:
                ours(*given)

    return hook


def _lanes(worker: Any) -> Callable[[], str]:
    """Return what names the lane of the request that is served now; its letter says what kind of lane."""
    kinds = {base.__module__.rpartition(".")[2] for base in type(worker).__mro__}
    if "ggevent" in kinds:
        from gevent import getcurrent  # noqa: PLC0415 (only where it is installed)

        return lambda: f"g{id(getcurrent())}"
    if "gasgi" in kinds:
        from asyncio import current_task  # noqa: PLC0415 (only where it is used)

        worker.log.handed_over = True
        return lambda: f"a{id(current_task())}"
    if "gthread" in kinds:
        return lambda: f"t{get_ident()}"
    return _nowhere


def _nowhere() -> str:
    return ""


def _status(resp: Any) -> str:
    """Return the status that was, or will be, answered, in JSON; null where nobody can be answered."""
    status = getattr(resp, "status_code", None) or getattr(resp, "status", None)
    if isinstance(status, int):
        return str(status)
    error = sys.exc_info()[0]
    # Gunicorn answers 500 for an application that failed; an OSError means that the client is gone.
    return "null" if error is None or issubclass(error, OSError) else "500"
