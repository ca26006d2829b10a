"""What this machine has to give: processors, and memory that is free."""

from __future__ import annotations

import os
import resource
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

CONTROL_GROUP = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class Machine:
    """So many processors, and so many bytes of memory that are free: those that this process may use."""

    processors: float
    memory: int

    def __str__(self) -> str:
        one = self.processors == 1
        return f"{self.processors:g} processor{'' if one else 's'}, {self.memory / 1e9:.1f} GB of memory free"


def this_machine(group: Path = CONTROL_GROUP) -> Machine:
    """Return what there is, within the limits of a container where they are told."""
    import psutil  # noqa: PLC0415 (only an examination needs it)

    affinity = getattr(os, "sched_getaffinity", None)
    processors = float(len(affinity(0)) if affinity else os.cpu_count() or 1)
    memory = int(psutil.virtual_memory().available)
    with suppress(OSError, ValueError):
        quota, period = (group / "cpu.max").read_text().split()
        processors = min(processors, int(quota) / int(period))
    with suppress(OSError, ValueError):
        most = int((group / "memory.max").read_text())
        memory = min(memory, max(0, most - int((group / "memory.current").read_text())))
    return Machine(round(processors, 1), memory)


class Neighbours:
    """What else keeps this machine busy, from now on: the figures are too low by that."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._all, self._own = _all_busy(), _own_busy()

    def busy(self) -> float:
        """Return how many processors others have kept busy, on average."""
        taken = max(time.monotonic() - self._began, 1e-6)
        others = (_all_busy() - self._all) - (_own_busy() - self._own)
        return max(0.0, others / taken)


def _all_busy() -> float:
    import psutil  # noqa: PLC0415 (only an examination needs it)

    times = psutil.cpu_times()
    return float(times.user + times.system)


def _own_busy() -> float:
    """Return the processor time of this process, and of all those that it started and that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
