"""The processes of one server: who they are, and where they listen."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, fields
from threading import Lock
from typing import Self

from labapp.observe import SUPERVISOR, Roles, Shape, Tree
from labapp.observe.kernel import Process, open_reader
from labapp.observe.kernel.sockets import Newcomers, listening
from labapp.servers import signals
from labapp.servers.server_kind import ServerKind


@dataclass(frozen=True, slots=True, repr=False)
class Worker(Process):
    """A worker process at one moment, which takes signals."""

    def __repr__(self) -> str:
        return f"<{self.name}, pid {self.pid}>"

    @classmethod
    def of(cls, process: Process) -> Self:
        """Return the same process as a worker."""
        return cls(**{field.name: getattr(process, field.name) for field in fields(process)})

    def signal(self, which: signals.Which) -> None:
        """Send it a signal; `ValueError` lists the names, `ProcessLookupError` says that it has ended."""
        signals.send_signal(self.pid, self.started, which)


class Processes:
    """All descendants of a guard, named by their roles. Any thread may use it."""

    def __init__(self, kind: ServerKind, guard: int, started: Callable[[], int]) -> None:
        shape = Shape(
            kind.prefork,
            kind.titles,
            supervised=kind.supervises,
            hosted=kind.hosts,
            reloads=kind.reloads,
            beyond=kind.beyond,
            spawns=kind.spawns,
            entitles=kind.entitles,
        )
        self.roles = Roles(shape, started)
        self._kind = kind
        self.listening: set[str] = set()
        self.strangers: set[str] = set()
        """Where it was seen to listen when that was last asked, and where only its workers do."""
        self._reader = open_reader(guard, predecessor=kind.predecessor)
        self._closed = False
        self._lock = Lock()

    def snapshot(self) -> Tree:
        """Return them now; none when they have been let go."""
        with self._lock:
            return self.roles.name([] if self._closed else self._reader.read())

    def tree(self) -> Tree:
        """Return them now, with the addresses on which each serves."""
        tree = self.snapshot()
        held = listening([process.pid for process in tree])
        return tree.holding(
            {pid: tuple(filter(None, map(self._served, found))) for pid, found in held.items()}
        )

    def principal(self) -> Process | None:
        """Return the master, or the process that is the server; None when it has ended."""
        tree = self.snapshot()
        if supervisor := next((one for one in tree.roots if one.role == SUPERVISOR.name and one.alive), None):
            return supervisor
        single = (process for process in tree.roots if process.alive and process.role != "worker")
        return tree.master or next(single, None)

    def serving(self, newcomers: Newcomers) -> set[str]:
        """Return the addresses on which any of them has come to serve, and may answer."""
        found = {whole for address in newcomers.of(self._pids) if (whole := self._served(address))}
        self.listening, self.strangers = found, set()
        if not found or not self._kind.binds_in_master:
            return found
        tree = self.snapshot()
        if not tree.workers:  # What answers where there is no worker yet is not the server.
            return set()
        held = listening([process.pid for process in tree])
        masters, workers = (
            {self._served(address) for one in family for address in held.get(one.pid, ())}
            for family in (tree.masters, tree.workers)
        )
        if masters:
            self.strangers = found & (workers - masters)
            self.listening = found - self.strangers
        return self.listening

    def _pids(self) -> list[int]:
        """Their pids, before they are named: a server that starts is not yet what it will be."""
        with self._lock:
            return [process.pid for process in self._reader.read()]

    def _served(self, address: str) -> str:
        """The address in full; none for a control socket, where no HTTP is spoken."""
        whole = self._kind.absolute(address)
        return "" if self._kind.is_control(whole) else whole

    def ask_to_end(self, told: set[tuple[int, float]]) -> None:
        """Send the stop signal, once, to each that ends others (masters) or that no other ends (roots)."""
        tree = self.snapshot()
        # A supervisor ends its masters itself, and would start those again that are ended past it.
        masters = () if self._kind.supervises else tree.masters
        for process in {*masters, *tree.roots}:
            if process.alive and process.identity not in told:
                told.add(process.identity)
                _send(process, self._kind.stop_signal)
        for process in tree:  # Who is frozen can neither finish nor end.
            if process.state == "stopped":
                _send(process, "CONT")

    def end_workers(self) -> None:
        """Have it end, and end its workers, which may be too busy to."""
        self.ask_to_end(set())
        for worker in self.snapshot().workers:
            _send(worker, "KILL")

    def close(self) -> None:
        """Let go of them."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._reader.close()


def _send(process: Process, which: str) -> None:
    with suppress(ProcessLookupError):
        signals.send_signal(process.pid, process.started, which)
