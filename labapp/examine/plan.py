"""What to measure next, and for how long: decided from the figures so far and from the time that is left."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain

from labapp.examine.comparing import best
from labapp.examine.figures import Trial
from labapp.examine.machine import Machine
from labapp.servers import Size
from labapp.servers.command import Sizing

SHARES = (0.25, 0.5, 0.7, 0.85, 1.0, 1.2, 1.5)
FEW = (0.4, 0.7, 0.9, 1.1, 1.4)
"""The rates of a load in steps, as shares of what the closed loop got; few where there is little time."""
LOWER, FURTHER = (0.06, 0.12, 0.2), (2.0, 2.7, 3.6)
"""Those that follow where it kept up with none of them, or with all."""
SHORTEST, LONGEST = 0.3, 2.0  # s of one load.
BESIDE = 0.25  # s that a load takes beside its own: its process starts, the last answers come.
THREADS, SLOTS, CONNECTIONS = 64, 256, 128
SLOW = 0.01  # s
_IDLE = 0.6  # Of the processors: a server that keeps fewer busy is waiting for something else.


@dataclass(frozen=True, slots=True)
class Clock:
    """How long each load may take, in s: a path whose answer takes longer is not measured by it."""

    step: float
    trial: float
    reload: float
    shares: Sequence[float] = SHARES

    def steps_fit(self, alone: float) -> bool:
        """Whether a path that takes so long by itself can be measured in steps."""
        return alone <= self.step

    def trials_fit(self, alone: float) -> bool:
        """Whether it can be measured by a closed loop, whose last answers come after its end."""
        return 3 * alone <= self.trial

    @property
    def knee(self) -> float:
        """How many s the knee of one path takes."""
        return _in_steps(self.step, self.shares)


def clock(left: float, paths: int, alone: float) -> Clock:
    """Share out the time that is left among so many paths, the slowest of which takes so long by itself.

    A third is for the knees, not quite a half for the trials, a tenth for the reload.
    """
    longest = max(LONGEST, 3 * alone)
    trial = min(longest, max(SHORTEST, left * 0.45 / (paths * 8) - BESIDE))
    for shares in (SHARES, FEW):
        least = _in_steps(0.0, shares)
        step = (left / 3 / paths - least) / (_in_steps(1.0, shares) - least)
        if step >= 2 * SHORTEST:
            break
    return Clock(min(longest, max(SHORTEST, step)), trial, min(3.0, max(1.0, left * 0.1)), shares)


def _in_steps(step: float, shares: Sequence[float]) -> float:
    """Return how many s a load in steps takes: one is sent twice, and a queue is answered after its end."""
    return sum(step * max(1.0, share) + BESIDE for share in shares) + step + BESIDE


def lower(capacity: float, lowest: float) -> list[float]:
    """Return the rates to try where the server did not keep up with the lowest one."""
    return [rate for rate in rates(capacity, LOWER) if rate < lowest]


def further(capacity: float, highest: float) -> list[float]:
    """Return those to try where it kept up with all."""
    return [rate for rate in rates(capacity, FURTHER) if rate > highest]


def connections(size: Size, *, threads_known: bool) -> int:
    """Return how many clients a closed loop needs so that nobody in the server is ever idle."""
    if not threads_known:
        return CONNECTIONS
    return max(4, min(CONNECTIONS, size.slots + size.slots // 2 + 2))


def bound(size: Size, alone: Collection[float]) -> float:
    """Return what a size can answer per second by arithmetic, each path asked as often and alone so slow.

    Of the time of a quick one much is not the server's: it is left out, and what remains is a bound still.
    """
    work = sum(taken for taken in alone if taken >= SLOW)
    return len(alone) * size.slots / work if work else math.inf


def rates(capacity: float, shares: Sequence[float]) -> list[float]:
    """Return the rates of a load in steps around a capacity, in round numbers, each above the one before."""
    found = (_rounded(capacity * share) for share in shares)
    return sorted(set(found))


def _rounded(rate: float) -> float:
    size = 10.0 ** (math.floor(math.log10(max(rate, 0.01))) - 1)
    return round(round(rate / size) * size, 6)


def next_size(trials: Sequence[Trial], sizing: Sizing, machine: Machine) -> Size | None:
    """Return the size to try next: more of what helped, from the best on; None where nothing is left to try.

    A server that waits, as its processors tell, is first given threads, another one workers. When more of
    neither helps, more of both may: one path can wait and another work. Then fewer workers are tried.
    """
    if not sizing or (found := best(trials)) is None:
        return None
    tried = {one.size for one in trials}
    waits = found.busy < _IDLE * min(machine.processors, found.size.workers or 1)
    more = [_more_workers(found, sizing, machine), _more_threads(found, sizing)]
    both = Size(more[0].workers, more[1].threads) if more[0] and more[1] else None
    first = reversed(more) if waits else more
    candidates = chain(first, [both if both and both.slots <= SLOTS else None, _fewer_workers(found.size)])
    return next((one for one in candidates if one is not None and one not in tried), None)


def _more_workers(trial: Trial, sizing: Sizing, machine: Machine) -> Size | None:
    now = trial.size.workers
    if not sizing.workers or now is None:
        return None
    processors = math.ceil(machine.processors)
    workers = processors if now < processors else 2 * now
    fits = trial.whole_memory + (workers - now) * trial.worker_memory < machine.memory
    wanted = Size(workers, trial.size.threads)
    return wanted if workers <= 4 * processors + 1 and wanted.slots <= SLOTS and fits else None


def _more_threads(trial: Trial, sizing: Sizing) -> Size | None:
    now = trial.size.threads
    if not sizing.threads or now is None:
        return None
    wanted = Size(trial.size.workers, 4 * now)
    return wanted if 4 * now <= THREADS and wanted.slots <= SLOTS else None


def _fewer_workers(size: Size) -> Size | None:
    return Size(size.workers // 2, size.threads) if size.workers and size.workers > 1 else None
