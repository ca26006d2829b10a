"""Ready means: answers HTTP. An open port is not enough: some listen before they load the application."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Self

from labapp.servers.diagnosis import Hopeless
from labapp.servers.guard import GuardClient
from labapp.servers.http.addresses import is_loopback
from labapp.servers.http.probe import Probe

SOON = 0.002  # Seconds between two looks at the sockets of a server that does not listen yet.
CERTAIN = 0.005  # And at whether it will never answer: a worker may live no longer than a few of these.
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


def wait_until_ready(
    guard: GuardClient,
    serving: Callable[[], set[str]],
    verdict: Callable[[], Hopeless | None],
    speaks_tls: Callable[[str], bool],
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
    deadline, judged = time.monotonic() + timeout, 0.0
    addresses: set[str] = set()
    answer: Answer | None = None
    with _Probes(path, speaks_tls) as probes:
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
            now = time.monotonic()
            if answer or now < min(judged + CERTAIN, deadline):
                continue
            judged = now
            if (hopeless := verdict()) and not guard.over:
                raise NotReadyError(listening=addresses, hopeless=hopeless)
            if now > deadline:
                raise NotReadyError(listening=addresses, timed_out=True)
    raise NotReadyError(listening=addresses)


class _Probes:
    """The requests that are under way, one to each address."""

    def __init__(self, path: str, speaks_tls: Callable[[str], bool]) -> None:
        self._path = path
        self._speaks_tls = speaks_tls
        self._probes: dict[str, Probe] = {}

    def ask(self, addresses: set[str]) -> list[Probe]:
        """Ask at each address where no request is under way; return those that are."""
        for address in sorted(addresses):
            probe = self._probes.get(address)
            if probe is None or (probe.fileno() < 0 and time.monotonic() > probe.hung_up + LATER):
                self._probes[address] = self._probe(address)
        return self._pending()

    def _probe(self, address: str) -> Probe:
        if not self._speaks_tls(address):
            return Probe(address, self._path)
        from labapp.servers.http.tls import TLSProbe  # noqa: PLC0415 (few servers speak TLS)

        return TLSProbe(address, self._path)

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
