"""Servers that misbehave, a few lines each."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

import pytest

Manners = Callable[[socket.socket], None]


class Rude:
    """Accepts connections and treats each of them in its own manner, until it is closed."""

    def __init__(self, listener: socket.socket, manners: Manners) -> None:
        self.listener = listener
        self.accepted = 0
        self._manners = manners
        self._open = ExitStack()
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def address(self) -> str:
        name = self.listener.getsockname()
        return f"unix:{name}" if isinstance(name, str) else f"127.0.0.1:{name[1]}"

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self.accepted += 1
                self._open.callback(connection.close)
                self._threads.append(threading.Thread(target=self._treat, args=(connection,)))
                self._threads[-1].start()

    def _treat(self, connection: socket.socket) -> None:
        with suppress(OSError):
            self._manners(connection)

    def close(self) -> None:
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self._threads[0].join()
        for thread in self._threads[1:]:
            thread.join()
        self._open.close()


@pytest.fixture
def rude() -> Iterator[Callable[..., Rude]]:
    """Run a server with these manners."""
    with ExitStack() as stack:

        def run(manners: Manners, listener: socket.socket | None = None) -> Rude:
            server = Rude(listener or socket.create_server(("127.0.0.1", 0), backlog=64), manners)
            stack.callback(server.close)
            return server

        yield run
