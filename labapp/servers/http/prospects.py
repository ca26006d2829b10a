"""Whether a server that has not answered yet still may: what cannot get better is told at once."""

import time
from itertools import chain

from labapp.observe.kernel import Process
from labapp.servers.diagnosis import Hopeless
from labapp.servers.guard import GuardClient
from labapp.servers.log import KEPT
from labapp.servers.processes import Processes
from labapp.servers.server_kind import ServerKind

REBORN = 3  # Workers that were started in place of others, and ended too.
SETTLED = 1.5  # Seconds in which whatever is still missing must have begun to come.
FLOOD = 256 << 20  # Bytes of a log that nobody will read, and that soon fill the disk.
OVERLAP = 4096  # Bytes of a log that are read again with what was added.


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
            Hopeless.FLOOD: self._logged() > FLOOD,
        }
        now = time.monotonic()
        self._since = {sign: self._since.get(sign, now) for sign, seen in signs.items() if seen}
        certain = (sign for sign, since in self._since.items() if now - since > SETTLED)
        at_once = (sign for sign in (Hopeless.REBORN, Hopeless.FLOOD) if signs[sign])
        return next(chain(at_once, certain), None)

    def _logged(self) -> int:
        try:
            return self._guard.record.log.stat().st_size
        except OSError:  # It is gone with the server.
            return 0

    def _has_given_up(self) -> bool:
        """Tell whether its log says so, in what it has grown by."""
        if self._kind.surrender is None or self._given_up:
            return self._given_up
        if (size := self._logged()) > self._read:
            with self._guard.record.log.open("rb") as log:
                log.seek(max(0, self._read - OVERLAP, size - KEPT))
                added = log.read(size - log.tell()).decode(errors="replace")
            self._read = size
            self._given_up = bool(self._kind.surrender.search(added))
        return self._given_up

    def _reborn(self, workers: tuple[Process, ...]) -> int:
        """Return how many workers have ended that were started after the first had ended."""
        living = {worker.identity for worker in workers}
        if self._first <= living and not self._later:
            self._first |= living
        else:
            self._later |= living - self._first
        return len(self._later - living)
