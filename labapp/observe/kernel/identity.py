"""Who a process is: a pid alone may have changed hands, a pid with its start time has not."""

# ruff: noqa: PTH123 (the sampler starts sooner without pathlib)

from __future__ import annotations

import sys
from contextlib import suppress

from labapp.observe.kernel.stat import read_stat

SAME = 0.02
"""Seconds by which two times of the same start may differ: they are told in hundredths."""


def started_at(pid: int) -> float | None:
    """Return when a process started, on the clock of `Process.started`; None if it has ended."""
    if sys.platform != "linux":
        import psutil  # noqa: PLC0415 (slow to import, and not needed on Linux)

        try:
            process = psutil.Process(pid)
            return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
        except psutil.NoSuchProcess:
            return None
    found = read_stat(pid)
    return None if found is None or found.ended else found.started


def is_alive(pid: int, started: float) -> bool:
    """Whether the process that had this pid and start time still runs."""
    now = started_at(pid)
    return now is not None and abs(now - started) < SAME


def command_line(pid: int) -> str:
    """Return the command line of a process as `ps` shows it; its pid if it has ended."""
    if sys.platform != "linux":
        import psutil  # noqa: PLC0415

        with suppress(psutil.Error):
            return " ".join(psutil.Process(pid).cmdline())
    with suppress(OSError):
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            line = file.read().rstrip(b"\0")
        return line.replace(b"\0", b" ").decode(errors="replace")
    return str(pid)
