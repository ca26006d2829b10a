"""Whether a server that has not answered yet still may: what cannot get better is told at once."""

import time

from labapp.observe.kernel import Process
from labapp.servers.diagnosis import Hopeless
from labapp.servers.guard import GuardClient
from labapp.servers.processes import Processes
from labapp.servers.server_kind import ServerKind

REBORN = 3  # Workers that were started in place of others, and ended too.
SETTLED = 1.5  # Seconds in which whatever is still missing must have begun to come.


class Prospects:
    """What is seen of one server while it is awaited; all times are of the monotonic clock."""

    def __init__(self, kind: ServerKind, guard: GuardClient, processes: Processes) -> None:
        self._kind = kind
        self._guard = guard
        self._processes = processes
        self._first: set[tuple[int, float]] = set()
        self._later: set[tuple[int, float]] = set()
        self._since: dict[Hopeless, float] = {}
        self._read, self._given_up = 0, False

    def verdict(self) -> Hopeless | None:
        """Return why it will never answer, once that is certain."""
        tree, addresses = self._processes.snapshot(), self._processes.listening
        workers = tree.workers
        reborn = self._reborn(workers)
        signs = {
            Hopeless.GIVEN_UP: self._has_given_up() and not addresses,
            # What still listens without a worker is one that passes on, to nobody.
            Hopeless.LEFT: self._guard.failed_master is not None and not (addresses and workers),
            # Whose master is started again has workers that are, too, until it is given up.
            Hopeless.REBORN: not self._kind.supervises
            and reborn >= REBORN
            and not any(w.age > SETTLED for w in workers),
            Hopeless.STRANGER: bool(self._processes.strangers),
            Hopeless.IDLE: self._kind.prefork
            and self._kind.binds_in_master
            and bool(addresses)
            and not (self._first or workers),
        }
        now = time.monotonic()
        self._since = {sign: self._since.get(sign, now) for sign, seen in signs.items() if seen}
        certain = (sign for sign, since in self._since.items() if now - since > SETTLED)
        return Hopeless.REBORN if signs[Hopeless.REBORN] else next(certain, None)

    def _has_given_up(self) -> bool:
        """Tell whether its log says so; it is read again only when it has grown."""
        if self._kind.surrender is None or self._given_up:
            return self._given_up
        log = self._guard.record.log
        if (size := log.stat().st_size) != self._read:
            self._read = size
            self._given_up = bool(self._kind.surrender.search(log.read_text(errors="replace")))
        return self._given_up

    def _reborn(self, workers: tuple[Process, ...]) -> int:
        """Return how many workers have ended that were started after the first had ended."""
        living = {worker.identity for worker in workers}
        if self._first <= living and not self._later:
            self._first |= living
        else:
            self._later |= living - self._first
        return len(self._later - living)
