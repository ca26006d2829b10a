"""Ready means: answers HTTP. An open port is not enough: Gunicorn listens before it loads the application."""

import socket
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from labapp.servers.addresses import is_loopback, reachable, split
from labapp.servers.guard.client import Guarded

SOON = 0.005  # Seconds between two looks at the sockets of a server that does not listen yet.
LATER = 0.05  # And of one that does: all that is missing is its answer, which comes by itself.


@dataclass(frozen=True)
class Answer:
    """The first answer of a server: where it came from, and its status."""

    address: str
    status: int


class NotReadyError(Exception):
    """The server ended, listens where it must not, or did not answer in time."""

    def __init__(self, exposed: str = "", listening: Iterable[str] = (), timed_out: bool = False) -> None:
        super().__init__(exposed)
        self.exposed = exposed
        self.listening = tuple(listening)
        self.timed_out = timed_out


class Probe:
    """One request to one address, under way."""

    def __init__(self, address: str, path: str) -> None:
        self.address = address
        where = reachable(address)
        if where.startswith("unix:"):
            self._socket = socket.socket(socket.AF_UNIX)
            target: str | tuple[str, int] = where.removeprefix("unix:")
            where = "localhost"
        else:
            target = split(where)
            self._socket = socket.socket(socket.AF_INET6 if ":" in target[0] else socket.AF_INET)
        self._received = b""
        try:
            self._socket.settimeout(1.0)
            self._socket.connect(target)
            request = (
                f"GET {path} HTTP/1.1\r\nHost: {where}\r\nUser-Agent: labapp\r\nConnection: close\r\n\r\n"
            )
            self._socket.sendall(request.encode())
            self._socket.setblocking(False)
        except OSError:
            self.close()

    def fileno(self) -> int:
        """The socket's descriptor; -1 when it is closed."""
        return self._socket.fileno()

    def status(self) -> int | None:
        """The status of the answer, once it is here; closes itself when none will come."""
        with suppress(BlockingIOError):
            try:
                chunk = self._socket.recv(4096)
            except ConnectionError:
                chunk = b""
            self._received += chunk
            words = self._received.split(None, 2)
            if len(words) == 3 and words[0].startswith(b"HTTP/") and words[1].isdigit():
                return int(words[1])
            if not chunk:
                self.close()
        return None

    def close(self) -> None:
        """Give up."""
        self._socket.close()


def wait_until_ready(
    guarded: Guarded, listening: Callable[[], set[str]], *, path: str, timeout: float, exposed: bool
) -> Answer:
    """Return the server's first answer to `GET path` on any address it listens on; raise `NotReadyError`."""
    deadline = time.monotonic() + timeout
    probes: dict[str, Probe] = {}
    addresses: set[str] = set()
    answer: Answer | None = None
    try:
        while not guarded.over:
            addresses = listening()
            strange = sorted(address for address in addresses if not is_loopback(address))
            if strange and not exposed:
                raise NotReadyError(strange[0], addresses)
            if answer:
                return answer
            for address in sorted(addresses):
                if address not in probes or probes[address].fileno() < 0:
                    probes[address] = Probe(address, path)
            pending = [probe for probe in probes.values() if probe.fileno() >= 0]
            guarded.wait(LATER if pending else SOON, *(probe.fileno() for probe in pending))
            # One more look at the sockets before an answer counts: the last may have been opened meanwhile.
            answer = next(
                (Answer(probe.address, found) for probe in pending if (found := probe.status())), None
            )
            if answer is None and time.monotonic() > deadline:
                raise NotReadyError(listening=addresses, timed_out=True)
        raise NotReadyError(listening=addresses)
    finally:
        for probe in probes.values():
            probe.close()
