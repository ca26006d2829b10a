"""The unix socket at which a server's processes say what they do, and the receiving end of it."""

from __future__ import annotations

import selectors
import socket
from array import array
from contextlib import suppress
from typing import TYPE_CHECKING

from labapp.observe.server_events.encode import SOCKET_KIND
from labapp.observe.server_events.page_layout import LOOK

if TYPE_CHECKING:
    from pathlib import Path

    from labapp.observe.server_events.page_reader import PageReader

_ROOM = 4 * 1024 * 1024
_SENDERS = 1024
_LONGEST = 32 * 1024
_ONE = socket.CMSG_SPACE(array("i").itemsize)
# So many at a time, that the log and the processes have their turn.
_MOST = 4000


def listen_for_events(path: Path) -> socket.socket:
    """Return the socket bound to `path`: what is sent there waits until somebody receives it."""
    listener = socket.socket(socket.AF_UNIX, SOCKET_KIND)
    try:
        listener.setblocking(False)
        listener.bind(str(path))
        if SOCKET_KIND == socket.SOCK_DGRAM:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _ROOM)
        else:
            listener.listen(_SENDERS)
    except BaseException:
        listener.close()
        raise
    return listener


class Datagrams:
    """Receives what many senders send to one socket of `listen_for_events`."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._selector = selectors.DefaultSelector()
        self._selector.register(listener, selectors.EVENT_READ)
        self._serial = listener.type == socket.SOCK_DGRAM
        self._pages: dict[socket.socket, PageReader] = {}
        self._last: list[bytes] = []

    @property
    def awake(self) -> bool:
        """Whether any sender may write into memory, which never becomes readable: it has to be looked at."""
        return any(page.awake for page in self._pages.values())

    def fileno(self) -> int:
        """Return the descriptor that is readable when something came."""
        return self._selector.fileno()

    def close(self) -> None:
        """Let go of every sender, and of the socket."""
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]  # all are sockets
        self._selector.close()
        for page in self._pages.values():
            page.close()

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

    def read_pages(self) -> list[bytes]:
        """Return what senders have written into memory since the last call, as lines that need no check."""
        found, self._last = self._last, []
        for page in self._pages.values():
            found += page.read()
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
                data, sent, *_ = sender.recvmsg(_LONGEST, _ONE)
                if not data and not self._serial:
                    break
                if sent:
                    self._share(sender, sent, data)
                elif data == LOOK and sender in self._pages:
                    self._pages[sender].wake()
                else:
                    found += data.splitlines() or [data]
            else:
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self._selector.unregister(sender)
        sender.close()
        if page := self._pages.pop(sender, None):
            self._last += page.read()
            page.close()

    def _share(self, sender: socket.socket, sent: list[tuple[int, int, bytes]], line: bytes) -> None:
        """Read from now on what a sender writes into the memory that it sends."""
        from labapp.observe.server_events.page_reader import PageReader  # noqa: PLC0415 (few senders have any)

        descriptors = array("i")
        for _, _, data in sent:
            descriptors.frombytes(data)
        for descriptor in descriptors:
            with suppress(ValueError):
                self._pages[sender] = PageReader(descriptor, line)
