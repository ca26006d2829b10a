"""The sending end of a server's events: datagrams to the unix socket `events` in its runtime directory.

Sending never waits and never fails: what does not fit is lost, and counted.

In a storm of one request, each answered at once, its begin is sent along with its end only, and ends are
gathered where the worker sees to it that they are sent soon. What a worker that is killed in such a storm has
not sent by then stays unsent.
"""

from __future__ import annotations

# Without what Python adds to it: a server in C would wait for that when it starts.
import _socket as socket
import os
import sys
import time
from _thread import allocate_lock
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from labapp.observe.server_events.encode import (
    LONGEST,
    SOCKET_KIND,
    encode_request,
    encode_request_begin,
    encode_request_end,
)

ROOM = 4 * 1024 * 1024  # bytes in the queue, or as many as the system grants
# Characters in a datagram, from which on none is added; macOS sends no more than 2048 at once.
LARGE = 16 * 1024 if sys.platform == "linux" else 1024
PAUSE = 1.0  # seconds before a lost connection is tried again
# A storm: so many requests of one target in a row, each answered so soon, and followed so soon, in seconds.
STORM, SOON = 100, 0.005
# For so many seconds, or until there are so many of them, the ends of a storm's requests are gathered.
GATHER, MANY = 0.02, 200
INFINITE = float("inf")  # math would be a file more to load.
NO_SIGNAL = getattr(socket, "MSG_NOSIGNAL", 0)


class EventSender:
    """Sends events to the lab from this process, without ever waiting or failing."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lock = allocate_lock()
        self._socket: socket.socket | None = None
        self.lost = 0
        """How many events could not be sent, and nobody has been told."""
        self._again = 0.0
        self._began: dict[int, tuple[float, str]] = {}
        self._target: str | None = None
        self._storm = 0
        self._ended = 0.0
        self._held: deque[tuple[Any, ...]] = deque()
        self._since = 0.0
        self.pid = 0
        self.unit: Callable[[], str] = str
        """What names the unit that serves the current request: a thread, a greenlet, a task."""
        self.on_held: Callable[[], object] | None = None
        """Called when ends begin to be held, for `due` or `flush` to send; None where none are to be."""

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

    def send(self, event: Callable[..., str], *fields: object) -> None:
        """Send what happens now: one of the events of `encode`, with the fields that it has of its own."""
        at, lost = time.monotonic(), self._flushed()
        self.deliver(event(at, self.pid, lost, *fields), 1, lost)

    def begin(self, req: Any) -> None:
        """Send that a request begins, but in a storm."""
        at = time.monotonic()
        if self._storm >= STORM and req.uri == self._target and at - self._ended < SOON:
            self._began[id(req)] = at, ""
            return
        about = self._about(req)
        self._began[id(req)] = at, about
        lost = self._flushed()
        self.deliver(encode_request_begin(at, self.pid, lost, about), 1, lost)

    def end(self, req: Any, resp: Any) -> None:
        """Send that a request ends; in a storm, soon."""
        began, about = self._began.pop(id(req), (None, ""))
        if began is None:
            return
        at = time.monotonic()
        if about or self.on_held is None:
            lost = self._flushed()
            about = about or self._about(req)
            self.deliver(encode_request_end(at, self.pid, lost, about, began, status_of(resp)), 1, lost)
        else:
            if not self._held:
                self._since = at
                self.on_held()
            # Encoded when they are sent: the worker has the time for it then.
            self._held.append(
                (at, self.unit(), id(req), _port(req), req.method, req.uri, began, status_of(resp))
            )
            if len(self._held) >= MANY or at - self._since > GATHER:
                self.flush()
        alike = req.uri == self._target and at - began < SOON and began - self._ended < SOON
        self._storm = self._storm + 1 if alike else 0
        self._target, self._ended = req.uri, at

    def due(self) -> float:
        """Send what has been held for long enough; return in how many seconds there is something to send."""
        if not self._held:
            return INFINITE
        left = self._since + GATHER - time.monotonic()
        if left > 0:
            return left
        self.flush()
        return INFINITE

    def flush(self) -> None:
        """Send what is held, many events to a datagram."""
        lost, lines, size = self.lost, list[str](), 0
        with suppress(IndexError):  # Another thread may be at it as well.
            while True:
                lines.append(self._encode_held(self._held.popleft(), 0 if lines else lost))
                size += len(lines[-1])
                if size > LARGE:
                    self.deliver("\n".join(lines), len(lines), lost)
                    lost, lines, size = self.lost, [], 0
        if lines:
            self.deliver("\n".join(lines), len(lines), lost)

    def _encode_held(self, held: tuple[Any, ...], lost: int) -> str:
        at, unit, number, port, method, target, began, status = held
        about = encode_request(unit, number, port, method or "", (target or "")[:LONGEST])
        return encode_request_end(at, self.pid, lost, about, began, status)

    def _about(self, req: Any) -> str:
        return encode_request(self.unit(), id(req), _port(req), req.method or "", (req.uri or "")[:LONGEST])

    def _flushed(self) -> int:
        """Send what is held, and return how many events were lost so far."""
        if self._held:
            self.flush()
        return self.lost

    def deliver(self, text: str, events: int, lost: int) -> None:
        """Send a text of so many events, which says that so many were lost before."""
        if not self.transmit(text.encode()):
            with self._lock:
                self.lost += events
        elif lost:
            with self._lock:
                self.lost -= lost

    @property
    def connection(self) -> object:
        """What it sends through: another object when it has been made anew, None when it is lost."""
        return self._socket

    def transmit(self, data: bytes, descriptor: int | None = None) -> bool:
        """Send a line, with a descriptor if there is one; False if that cannot be."""
        if self._socket is None and not self._connect():
            return False
        assert self._socket is not None
        try:
            if descriptor is None:
                self._socket.send(data, NO_SIGNAL)
            else:
                rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptor.to_bytes(4, sys.byteorder))
                self._socket.sendmsg([data], [rights], NO_SIGNAL)
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
        new = socket.socket(socket.AF_UNIX, SOCKET_KIND)
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


def _port(req: Any) -> int:
    peer = getattr(req, "peer_addr", None)
    return peer[1] if isinstance(peer, tuple) and len(peer) > 1 else 0


def status_of(resp: Any) -> int | None:
    """Return the status that was, or will be, answered; None where nobody can be answered."""
    status = getattr(resp, "status_code", None) or getattr(resp, "status", None)
    if isinstance(status, int):
        return status
    error = sys.exc_info()[0]
    # A server answers 500 for an application that failed; an OSError means that the client is gone.
    return None if error is None or issubclass(error, OSError) else 500
