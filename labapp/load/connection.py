"""One of the connections of a load: it sends a request, reads the answer, knows how that ended."""

from __future__ import annotations

import errno
import selectors
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labapp.load.answer import Answer

if TYPE_CHECKING:
    from labapp.load.tls import TLS

_RECEIVE = 65536
_READ, _BOTH = selectors.EVENT_READ, selectors.EVENT_READ | selectors.EVENT_WRITE
_KINDS = {
    errno.ECONNREFUSED: "refused",
    errno.ENOENT: "refused",  # A unix socket whose file is gone.
    errno.ECONNRESET: "reset",
    errno.ECONNABORTED: "reset",
    errno.EPIPE: "reset",
    errno.ETIMEDOUT: "timeout",
}


@dataclass(frozen=True, slots=True)
class Target:
    """What is sent, and where to."""

    message: bytes
    family: int
    place: tuple[str, int] | str
    is_head: bool = False
    keep_alive: bool = False
    session: Callable[[], TLS] | None = None
    """What begins a conversation over TLS; None where it is not spoken."""


class Connection:
    """Carries one request at a time, over one socket after the other.

    The methods that move a request on return whether it has ended; `error` is then why it failed, if it did.
    """

    def __init__(self, number: int, target: Target, selector: selectors.BaseSelector) -> None:
        self.number = number
        self.due = self.sent = 0.0
        self.error = ""
        self.port = 0  # Its own; 0 on a unix socket.
        self.answer = Answer(to_head=target.is_head)
        self._target = target
        self._selector = selector
        self._socket: socket.socket | None = None
        self._watched = 0
        self._unsent = memoryview(b"")
        self._tls: TLS | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is a socket."""
        return self._socket is not None

    def begin(self, now: float, due: float) -> bool:
        """Send a request that was due then, over a new connection if there is none to reuse."""
        self.sent, self.due, self.error = now, due, ""
        self.answer.expect()
        if self._socket is None:
            return self.connect()
        self._load()
        return self._send(self._socket)

    def connect(self) -> bool:
        """Open a socket; if it is not open afterwards, a full backlog asks to try again."""
        try:
            self._socket = opened = socket.socket(self._target.family, socket.SOCK_STREAM)
            opened.setblocking(False)
        except OSError as error:
            return self._failed(error.errno)
        self._tls = self._target.session() if self._target.session else None
        self._load()
        number = opened.connect_ex(self._target.place)
        if self._target.family != socket.AF_UNIX:
            self.port = opened.getsockname()[1]
        if number == 0:
            return self._send(opened)
        if number == errno.EINPROGRESS:
            self._watch(opened, _BOTH)
            return False
        if number == errno.EAGAIN and self._target.family == socket.AF_UNIX:
            self.close()
            return False
        return self._failed(number)

    def ready(self, events: int) -> bool:
        """Go on with what has become possible."""
        assert self._socket is not None
        if events & _READ:
            return self._receive(self._socket)
        return self._send(self._socket)

    def expire(self) -> None:
        """Give the request up: its time is over."""
        self.error = "timeout"
        self.close()

    def close(self) -> None:
        """Close the socket; the next request opens another."""
        if self._socket is not None:
            if self._watched:
                self._selector.unregister(self._socket)
            self._watched = 0
            self._socket.close()
            self._socket = None

    def _watch(self, opened: socket.socket, events: int) -> None:
        if not self._watched:
            self._selector.register(opened, events, self)
        elif self._watched != events:
            self._selector.modify(opened, events, self)
        self._watched = events

    def _send(self, opened: socket.socket) -> bool:
        try:
            while self._unsent:
                self._unsent = self._unsent[opened.send(self._unsent) :]
            self._watch(opened, _READ)
        except BlockingIOError:
            self._watch(opened, _BOTH)
        except OSError as error:
            if error.errno not in (errno.EPIPE, errno.ECONNRESET):
                return self._failed(error.errno)
            # A server may answer, and hang up, before it has read everything: what it said may yet be read.
            self._watch(opened, _READ)
        return False

    def _load(self) -> None:
        """Have a request ready to be sent."""
        message = self._target.message
        self._unsent = memoryview(self._tls.send(message) if self._tls else message)

    def _decrypt(self, opened: socket.socket, data: bytes) -> bytes | None:
        """Return what was said in what came over TLS: nothing at its end; None where it is not known yet."""
        assert self._tls is not None
        said, wire, over = self._tls.receive(data)
        if wire:
            self._unsent = memoryview(bytes(self._unsent) + wire)
            self._send(opened)
        return said if said or over else None

    def _receive(self, opened: socket.socket) -> bool:
        answer = self.answer
        try:
            data: bytes | None = opened.recv(_RECEIVE)
        except BlockingIOError:
            return False
        except OSError as error:
            return self._failed(error.errno)
        if data and self._tls:
            try:
                data = self._decrypt(opened, data)
            except OSError:
                return self._ended("tls")
            if data is None or self.error:
                return bool(self.error)
        if data:
            answer.feed(data)
        else:
            answer.end()
        if answer.malformed:
            self.error = "malformed"
        elif not answer.complete:
            if data:
                return False
            self.error = "incomplete" if answer.begun else "closed"
        # One that was answered while half of the request was still to be sent is of no further use.
        again = self._target.keep_alive and answer.reusable and not self._unsent
        if self.error or not data or not again:
            self.close()
        return True

    def _failed(self, number: int | None) -> bool:
        return self._ended(_KINDS.get(number or 0) or errno.errorcode.get(number or 0, "unknown"))

    def _ended(self, error: str) -> bool:
        self.error = error
        self.close()
        return True
