"""Processes as the system knows them."""

from contextlib import suppress

import psutil


def gone(pid: int) -> bool:
    """Whether a process has ended; an orphan's remains stay until init gets round to them."""
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    return True
