"""What an examination finds, figure by figure; nothing here measures or judges."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from labapp.load import Steps
from labapp.servers import Size

if TYPE_CHECKING:
    from labapp.examine.machine import Machine

LOUD = 0.2
"""The share of the processors from which what else they do disturbs what is measured."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One path, asked by nobody but us: its status (0 for none), how long it took, where it led."""

    path: str
    status: int
    seconds: float
    location: str = ""
    error: str = ""
    waited: bool = False
    """Whether it was given up, after so many seconds."""

    @property
    def usable(self) -> bool:
        """Whether it can be measured: a refusal, or a failure, takes another time than the work."""
        return not self.error and 200 <= self.status < 400


@dataclass(frozen=True, slots=True)
class Trial:
    """One size under a closed loop on each path; `failure` says why there are no figures."""

    size: Size
    command: str
    throughput: Mapping[str, float] = field(default_factory=dict)
    """Answers per second, by path."""
    p99: Mapping[str, float] = field(default_factory=dict)
    memory: tuple[int, ...] = ()
    """The proportional memory of each of its processes, in bytes, the workers' first."""
    workers: int = 0
    """How many of these are workers; 0 where no process is more than another."""
    busy: float = 0.0
    """How many processors its processes kept busy."""
    failure: str = ""
    bound: float = math.inf
    """What no server of this size answers per second, by arithmetic."""
    slower: tuple[float, ...] = ()
    """The rates of the other times it was measured."""

    @property
    def rate(self) -> float:
        """Answers per second if each path is asked as often as any other: their harmonic mean."""
        known = [rate for rate in self.throughput.values() if rate > 0]
        return len(known) / sum(1 / rate for rate in known) if known else 0.0

    @property
    def rates(self) -> list[float]:
        """The rates of all times it was measured, the slowest first."""
        return sorted((*self.slower, self.rate))

    @property
    def least(self) -> float:
        """The rate that it had each time but, of four or more, one: a machine may stall once."""
        return self.rates[len(self.rates) // 4]

    @property
    def whole_memory(self) -> int:
        """What all of its processes take, in bytes."""
        return sum(self.memory)

    @property
    def worker_memory(self) -> int:
        """What one worker takes, on average, in bytes; of a server without workers what its process takes."""
        own = self.memory[: self.workers] if self.workers else self.memory
        return sum(own) // len(own) if own else 0


@dataclass(frozen=True, slots=True)
class Reload:
    """A reload by HUP under an open loop: what it cost those who came meanwhile."""

    path: str
    rate: float
    sent: int
    lost: int
    slowed: int
    """Answers that took more than three times as long as all of those before it, and 50 ms more."""
    usual: float
    worst: float
    """The slowest answer before it, and from it on, in s."""
    renewed: float | None
    """After how many s all workers were new ones; None if that was not seen."""


@dataclass
class Figures:
    """All of it, as far as it has come."""

    command: str
    size: Size
    machine: Machine
    probes: dict[str, Probe] = field(default_factory=dict)
    trials: list[Trial] = field(default_factory=list)
    """The command as given first, if it came to that."""
    knees: dict[str, Steps] = field(default_factory=dict)
    advised: dict[str, Steps] = field(default_factory=dict)
    """The knees of the advised size, where it is another and there was time."""
    reload: Reload | None = None
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    """Answers of the loads that were errors, by path and status."""
    errors: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Requests that had no whole answer, by path and kind, where the server should have kept up."""
    beyond: Counter[tuple[str, str]] = field(default_factory=Counter)
    """The same beyond the knee."""
    exceptions: Counter[str] = field(default_factory=Counter)
    """What the log tells of, each with its place."""
    timeouts: Mapping[str, float] = field(default_factory=dict)
    slowest: tuple[float, str] | None = None
    """The slowest answer where the server kept up, since it was sent, and its path."""
    notes: list[str] = field(default_factory=list)
    """What could not be measured, and why, in sentences."""
    neighbours: float = 0.0
    """How many processors were busy with other things, on average."""
    requests: int = 0
    seconds: float = 0.0
    cut: str = ""
    """What ended it early, if anything did."""

    def add(self, trial: Trial) -> None:
        """Add a trial; of two of one size the faster counts, since whatever disturbs one makes it slower."""
        for place, one in enumerate(self.trials):
            if one.size == trial.size:
                fast, slow = sorted((one, trial), key=lambda either: either.rate, reverse=True)
                self.trials[place] = replace(fast, slower=(*fast.slower, *slow.slower, slow.rate))
                return
        self.trials.append(trial)

    @property
    def loud(self) -> bool:
        """Whether other things kept so much of the machine busy that one figure for a size is none."""
        return self.neighbours > LOUD * self.machine.processors

    @property
    def usable(self) -> list[str]:
        """The paths that can be measured."""
        return [path for path, probe in self.probes.items() if probe.usable]

    @property
    def known(self) -> bool:
        """Whether anything was found that a report could tell of."""
        return bool(self.trials or self.knees)
