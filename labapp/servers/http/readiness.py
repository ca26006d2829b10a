"""Ready means: answers HTTP. An open port is not enough: some listen before they load the application."""

import socket
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from labapp.servers.diagnosis import Hopeless
from labapp.servers.guard import GuardClient
from labapp.servers.http.addresses import host_and_port, is_loopback, reachable

SOON = 0.005  # Seconds between two looks at the sockets of a server that does not listen yet.
LATER = 0.05  # And of one that does: all that is missing is its answer, which comes by itself.


@dataclass(frozen=True)
class Answer:
    """The first answer of a server: where it came from, and its status."""

    address: str
    status: int


class NotReadyError(Exception):
    """The server ended, listens where it must not, or did not answer in time."""

    def __init__(
        self,
        exposed: str = "",
        listening: Iterable[str] = (),
        timed_out: bool = False,
        hopeless: Hopeless | None = None,
    ) -> None:
        super().__init__(exposed)
        self.hopeless = hopeless
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
            target = host_and_port(where)
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
    guard: GuardClient,
    serving: Callable[[], set[str]],
    verdict: Callable[[], Hopeless | None],
    accepted: Callable[[set[str]], str] | None = None,
    *,
    path: str,
    timeout: float,
    exposed: bool,
) -> Answer:
    """Return a server's first answer to `GET path` at any address where it serves; raise `NotReadyError`.

    One that need not be asked is ready when `accepted` names one of its addresses; the status is then 0.
    `verdict` tells when it will never be ready.
    """
    deadline = time.monotonic() + timeout
    addresses: set[str] = set()
    answer: Answer | None = None
    with _Probes(path) as probes:
        while not guard.over:
            addresses = serving()
            open_to_all = sorted(address for address in addresses if not is_loopback(address))
            if open_to_all and not exposed:
                raise NotReadyError(open_to_all[0], addresses)
            if answer:
                return answer
            if accepted is None:
                pending = probes.ask(addresses)
            elif address := accepted(addresses):
                return Answer(address, 0)
            else:
                pending = []
            guard.wait(LATER if pending else SOON, *(probe.fileno() for probe in pending))
            # One more look at the sockets before an answer counts: the last may have been opened meanwhile.
            answer = probes.answer()
            if answer is None and (hopeless := verdict()) and not guard.over:
                raise NotReadyError(listening=addresses, hopeless=hopeless)
            if answer is None and time.monotonic() > deadline:
                raise NotReadyError(listening=addresses, timed_out=True)
    raise NotReadyError(listening=addresses)


class _Probes:
    """The requests that are under way, one to each address."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._probes: dict[str, Probe] = {}

    def ask(self, addresses: set[str]) -> list[Probe]:
        """Ask at each address where no request is under way; return those that are."""
        for address in sorted(addresses):
            if address not in self._probes or self._probes[address].fileno() < 0:
                self._probes[address] = Probe(address, self._path)
        return self._pending()

    def answer(self) -> Answer | None:
        """Return the first answer, once there is one."""
        found = ((probe.address, probe.status()) for probe in self._pending())
        return next((Answer(address, status) for address, status in found if status), None)

    def _pending(self) -> list[Probe]:
        return [probe for probe in self._probes.values() if probe.fileno() >= 0]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        for probe in self._probes.values():
            probe.close()
