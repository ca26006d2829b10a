"""The unix socket at which a server's processes tell what they do, and the receiving end of it.

The format is that of Gunicorn's event sender: a line for each event, a JSON array of kind, time, pid, number
lost, and more.
"""

from __future__ import annotations

import re
import selectors
import socket
import sys
from pathlib import Path
from typing import Any

Row = list[Any]
# Told apart without being read: thousands may come in a second, and whoever asks reads them.
_WHOLE = rb"(?:0|[1-9]\d{0,18})"
_TIME = rb"(?:0|[1-9]\d{0,11})\.\d{6}"
_OR_NULL = rb"(?:%b|null)" % _WHOLE
_PLAIN = rb"[ !#-\[\]-~]*"
_WORDS = rb'"%b(?:\\(?:["\\bfnrt]|u[0-9a-f]{4})%b)*"' % (_PLAIN, _PLAIN)
_REQUEST = rb",".join((_WORDS, _WHOLE, _WHOLE, _WORDS, _WORDS))
_MORE = {
    rb"begin": rb"," + _REQUEST,
    rb"end": rb"," + rb",".join((_REQUEST, _TIME, _OR_NULL)),
    rb"fork|reap": rb"," + _WHOLE,
    rb"ready": rb',"(?:master|worker)"',
    rb"count": rb"," + _WHOLE + rb"," + _OR_NULL,
    rb"abort|exit|reload|upgrade": rb"",
}
_EVENT = re.compile(
    rb"\[(?:%b)\]"
    % rb"|".join(
        rb'"(?:%b)",%b,%b,%b%b' % (kind, _TIME, _WHOLE, _WHOLE, more) for kind, more in _MORE.items()
    )
)

# Where there are none of these, plain datagrams do: elsewhere than on Linux their queue is long enough.
KIND = socket.SOCK_SEQPACKET if sys.platform == "linux" else socket.SOCK_DGRAM
_ROOM = 4 * 1024 * 1024
_SENDERS = 1024
_LONGEST = 32 * 1024
# So many at a time, that the log and the processes have their turn.
_MOST = 4000


def listen(path: Path) -> socket.socket:
    """Return the socket bound to `path`: what is sent there waits until somebody receives it."""
    listener = socket.socket(socket.AF_UNIX, KIND)
    try:
        listener.setblocking(False)
        listener.bind(str(path))
        if KIND == socket.SOCK_DGRAM:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _ROOM)
        else:
            listener.listen(_SENDERS)
    except BaseException:
        listener.close()
        raise
    return listener


class Datagrams:
    """Receives what many senders send to one socket of `listen`."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._selector = selectors.DefaultSelector()
        self._selector.register(listener, selectors.EVENT_READ)
        self._serial = listener.type == socket.SOCK_DGRAM

    def fileno(self) -> int:
        """Return the descriptor that is readable when something came."""
        return self._selector.fileno()

    def close(self) -> None:
        """Let go of every sender, and of the socket."""
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]  # all are sockets
        self._selector.close()

    def read(self) -> list[bytes]:
        """Return each event that came since the last call, in the order in which each sender sent it."""
        found: list[bytes] = []
        while len(found) < _MOST and (ready := self._selector.select(0)):
            for key, _ in ready:
                sender = key.fileobj
                assert isinstance(sender, socket.socket)
                if sender is self._listener and not self._serial:
                    self._welcome()
                else:
                    self._receive(sender, found)
        return found

    def _welcome(self) -> None:
        try:
            sender, _ = self._listener.accept()
        except OSError:
            return
        sender.setblocking(False)
        self._selector.register(sender, selectors.EVENT_READ)

    def _receive(self, sender: socket.socket, found: list[bytes]) -> None:
        """Take all that this sender has sent, and let it go when it has ended."""
        try:
            for _ in range(_MOST):
                data = sender.recv(_LONGEST)
                if not data and not self._serial:
                    break
                found += data.splitlines() or [data]
            else:
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self._selector.unregister(sender)
        sender.close()


def is_event(data: bytes) -> bool:
    """Whether a line tells an event: a known kind, a time, a pid, and all that belongs to its kind."""
    return _EVENT.fullmatch(data) is not None
