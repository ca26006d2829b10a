"""One server that runs, measured: its paths, what it can do, its knee, its memory, a reload."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from labapp.examine import plan
from labapp.examine.figures import Probe, Reload, Trial
from labapp.examine.probing import told
from labapp.load import Load, Order, Step, Steps, climb, run
from labapp.servers import Server, Size

if TYPE_CHECKING:
    from labapp.observe.kernel import Process

Heard = Callable[[int, float], None]
_FAILING = 0.05  # The share of 5xx from which a load is one of errors: it is answered, and not served.
_SLOWED, _ABOVE = 3.0, 0.05
_ASKED = 5
_STALL = 2.0  # s: a machine that is busy hardly stalls an answer for longer.


class Subject:
    """A server under examination; `heard` is told how far each load is, and may raise to end it."""

    def __init__(self, server: Server, heard: Heard) -> None:
        self.server = server
        self.loads: list[tuple[str, Load]] = []
        self.knees: dict[str, Steps] = {}
        self._heard = heard

    def probe(self, path: str, timeout: float) -> Probe:
        """Ask for a path by ourselves, a few times: the quickest answer is how long it takes by itself.

        Much is made for the first one, and a busy machine may stall any: one alone is believed only if it
        took longer than such a stall.
        """
        found = told(path, self._ask(path, timeout, requests=1))
        patience = min(timeout, _STALL)
        if found.usable and found.seconds < 0.75 * patience:
            found = told(path, self._ask(path, timeout, requests=_ASKED - 1, duration=patience / 2), found)
        if 300 <= found.status < 400:
            found = replace(found, location=self._location(path, timeout))
        return found

    def _ask(self, path: str, timeout: float, **how: float) -> Load:
        return run(self._order(path, timeout, **how), self._heard)

    def _location(self, path: str, timeout: float) -> str:
        import httpx  # noqa: PLC0415 (only where something is asked)

        with suppress(httpx.HTTPError):
            return str(self.server.get(path, timeout=timeout).headers.get("location", ""))
        return ""

    def _order(self, path: str, timeout: float, **how: Any) -> Order:
        address = self.server.address
        return Order(address, path, timeout=timeout, tls=self.server.kind.speaks_tls(address), **how)

    def send(
        self, path: str, *, seconds: float, timeout: float, heard: Heard | None = None, **pace: Any
    ) -> Load:
        """Send a load; answers that say that the server failed, if they are more than a few, are errors."""
        order = self._order(path, timeout, duration=seconds, **({"concurrency": 1000} | pace))
        load = failing(run(order, heard or self._heard))
        self.loads.append((path, load))
        return load

    def knee(
        self, path: str, capacity: float, shares: Sequence[float], *, seconds: float, timeout: float
    ) -> None:
        """Send a load in steps around what a closed loop got; others, if it kept up with none or with all.

        `knees` has as many of the steps as there were before anything ended them.
        """
        sent: dict[float, Load] = {}

        def send(rate: float) -> Load:
            sent[rate] = load = self.send(path, rate=rate, seconds=seconds, timeout=timeout)
            return load

        try:
            found = climb(plan.rates(capacity, shares), send)
            first, last = found.steps[0].rate, found.steps[-1].rate
            if found.knee is None:
                less = plan.lower(capacity, first)
                found = Steps((*climb(less, send).steps, *found.steps)) if len(less) > 1 else found
            elif found.knee.rate == last:
                more = plan.further(capacity, last)
                found = Steps((*found.steps, *climb(more, send).steps)) if len(more) > 1 else found
        except BaseException:
            if sent:
                self.knees[path] = Steps(tuple(Step(rate, load) for rate, load in sorted(sent.items())))
            raise
        self.knees[path] = found

    def trial(
        self, size: Size, command: str, paths: Mapping[str, float], *, seconds: float, threads_known: bool
    ) -> Trial:
        """Keep it busy with each path in turn; `paths` tells how long an answer of each takes by itself."""
        from labapp.observe.kernel import clock  # noqa: PLC0415 (only who measures)

        throughput, p99, busy = {}, {}, 0.0
        together = plan.connections(size, threads_known=threads_known)
        for path, alone in paths.items():
            timeout = max(2.0, alone * 4 * together)
            before, began = self._processor_time(), clock()
            load = self.send(path, concurrency=together, seconds=seconds, timeout=min(timeout, 30.0))
            busy = max(busy, (self._processor_time() - before) / (clock() - began))
            throughput[path] = load.throughput
            p99[path] = load.percentile(99)
        memory, workers = self.memory()
        return Trial(size, command, throughput, p99, memory, workers, busy)

    def memory(self) -> tuple[tuple[int, ...], int]:
        """Return the proportional memory of its processes, the workers' first, and how many are workers."""
        tree = self.server.snapshot()
        workers = list(tree.workers)
        others = [one for one in tree if one.alive and one.role != "worker"]
        found = [_memory(one) for one in (*workers, *others)]
        return tuple(one for one in found if one), len(workers)

    def reload(
        self, path: str, rate: float, *, seconds: float, timeout: float, patience: float = 3.0
    ) -> Reload:
        """Send it HUP in the midst of an open loop; count what became of those who came meanwhile.

        New workers that have not come with its end are waited for, with so much patience.
        """
        old = {worker.pid for worker in self.server.snapshot().workers}
        told: list[float] = []
        renewed: list[float] = []

        def heard(ended: int, at: float) -> None:
            self._heard(ended, at)
            if not told and at >= seconds / 3:
                told.append(at)
                with suppress(ProcessLookupError):
                    self.server.signal("HUP")
            elif told and not renewed and self._renewed(old):
                renewed.append(at - told[0])

        load = self.send(path, rate=rate, seconds=seconds, timeout=timeout, heard=heard)
        hup = told[0] if told else load.seconds
        if told and not renewed:
            with suppress(TimeoutError):
                self.server.wait_until(lambda: self._renewed(old), timeout=patience)
                renewed.append(load.seconds - hup)
        usual = max((one.latency for one in load.answered if one.ended < hup), default=0.0)
        after = [one for one in load.answered if one.ended >= hup]
        slowed = sum(one.latency > usual * _SLOWED + _ABOVE for one in after)
        worst = max((one.latency for one in after), default=0.0)
        lost = load.errors.total() + sum(one.status >= 500 for one in load.answered)
        return Reload(path, rate, len(load.exchanges), lost, slowed, usual, worst, next(iter(renewed), None))

    def _renewed(self, old: set[int]) -> bool:
        now = {worker.pid for worker in self.server.snapshot().workers}
        return len(now) >= len(old) and not now & old

    def _processor_time(self) -> float:
        """Return how many s of a processor its processes have used."""
        import psutil  # noqa: PLC0415 (only who measures)

        used = 0.0
        for one in self.server.snapshot():
            with suppress(psutil.Error):
                times = psutil.Process(one.pid).cpu_times()
                used += times.user + times.system
        return used


def failing(load: Load) -> Load:
    """Return a load whose answers of 5xx are errors, if they are more than a few."""
    failed = sum(one.status >= 500 for one in load.answered)
    if not load.answered or failed < max(1, _FAILING * len(load.answered)):
        return load
    marked = (
        one._replace(error=f"status {one.status}") if one.status >= 500 and not one.error else one
        for one in load.exchanges
    )
    return replace(load, exchanges=tuple(marked))


def _memory(process: Process) -> int:
    with suppress(ProcessLookupError, PermissionError):
        return process.pss()
    return 0
