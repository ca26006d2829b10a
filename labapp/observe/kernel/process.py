"""One process, as the operating system tells it."""

# ruff: noqa: PTH123 (the sampler starts sooner without pathlib)

from __future__ import annotations

import sys
import time
from contextlib import suppress
from dataclasses import dataclass

from labapp.observe.kernel.identity import started_at

STATES = {
    "R": "running",
    "S": "sleeping",
    "D": "waiting",
    "T": "stopped",
    "t": "traced",
    "Z": "zombie",
    "X": "dead",
    "x": "dead",
    "I": "idle",
    "P": "parked",
}
"""The kernel's letters for the state of a process, in plain words."""


@dataclass(frozen=True, slots=True)
class Process:
    """A process at one moment; `pid` and `started` together identify it, even after the pid changes hands."""

    pid: int
    ppid: int
    started: float
    """On the clock of `clock()`: seconds since boot on Linux, seconds since the epoch elsewhere."""
    command: str
    """The short name of the program, as `ps -o comm` shows it."""
    state: str
    threads: int
    cpu: float
    """Share of one core since the reader looked before; 0.0 at its first look."""
    rss: int
    """Resident memory in bytes, pages shared with other processes included."""
    role: str = ""
    """`master`, `worker`, `server`, `helper`, …; empty until `Roles` has named it."""
    label: str = ""
    """`M`, `W1`, `W2`, …; empty until `Roles` has named it."""
    listening: tuple[str, ...] = ()
    """Addresses it could accept on, `127.0.0.1:8000` or `unix:/path`; empty when nobody asked."""
    title: str = ""
    """The command line, or the title that the process gave itself, as `ps` shows it."""
    image: int = 0
    """Equal for a process and those it forked, until one of them runs another program; 0 when unknown."""
    succeeds: int = 0
    """The pid of the master whose successor it says it is (after USR2), else 0."""
    session: int = 0
    """The pid of the process that opened its session: a daemon leaves that of its parents; 0 when unknown."""

    @property
    def name(self) -> str:
        """Its role in words, with its number where there are several: `master`, `worker 3`."""
        number = self.label.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        return f"{self.role or self.command} {number}".rstrip()

    @property
    def identity(self) -> tuple[int, float]:
        """What no other process ever shares with it."""
        return self.pid, self.started

    @property
    def alive(self) -> bool:
        """Whether it had not ended: a zombie has, and waits for its parent to notice."""
        return self.state not in ("zombie", "dead")

    @property
    def age(self) -> float:
        """Seconds since it was forked."""
        return max(0.0, clock() - self.started)

    def pss(self) -> int:
        """Return its proportional memory in bytes (shared pages divided among their users).

        Costs far more than a sample, so it is read on demand. Raises ProcessLookupError when the process
        has ended, PermissionError when it belongs to another user.
        """
        if sys.platform != "linux":
            return _portable_pss(self)
        with (
            suppress(FileNotFoundError, ProcessLookupError),
            open(f"/proc/{self.pid}/smaps_rollup", "rb") as rollup,
        ):
            # The file is opened first: from then on it can only speak of the process just identified.
            if started_at(self.pid) == self.started:
                for line in rollup:
                    if line.startswith(b"Pss:"):
                        return int(line.split()[1]) * 1024
        raise ProcessLookupError(f"{self.name} (pid {self.pid}) has ended; take a new snapshot")


def clock() -> float:
    """Return now on the clock of `Process.started`, in seconds."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.time()


def _portable_pss(process: Process) -> int:
    import psutil  # noqa: PLC0415 - slow to import, and not needed on Linux

    try:
        memory = psutil.Process(process.pid).memory_full_info()
    except psutil.NoSuchProcess:
        raise ProcessLookupError(f"{process.name} (pid {process.pid}) has ended") from None
    except psutil.AccessDenied:
        raise PermissionError(f"the memory of pid {process.pid} may not be read by this user") from None
    # macOS does not tell the proportional share; what the process alone uses is the nearest to it.
    return int(getattr(memory, "pss", memory.uss))
