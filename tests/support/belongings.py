"""What belongs to a runtime directory: the processes that were started for it, and the files in it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

PATIENCE = 3.0  # Seconds in which what a test has let go of must be gone.


def left_in(place: Path, spare: Collection[int] = ()) -> list[str]:
    """Return what is still there of a directory's processes and files when all have had time to go.

    `spare` are the pids of processes that belong to it and stay.
    """
    deadline = time.monotonic() + PATIENCE
    while (left := [*_processes(place, spare), *map(str, place.iterdir())]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


def _processes(place: Path, spare: Collection[int]) -> list[str]:
    """Return the processes started for this directory: their environment or their output names it."""
    found = Path("/proc").glob("[0-9]*") if sys.platform == "linux" else ()
    others = (process for process in found if int(process.name) not in (os.getpid(), *spare))
    return [_described(process) for process in others if _names(process, os.fsencode(place))]


def _names(process: Path, place: bytes) -> bool:
    """Whether a process names a directory; one that sets its own title may have erased its environment."""
    with suppress(OSError):
        if place in (process / "environ").read_bytes():
            return True
    with suppress(OSError):
        return any(place in bytes((process / "fd" / number).readlink()) for number in ("1", "2"))
    return False


def _described(process: Path) -> str:
    with suppress(OSError):
        command = (process / "cmdline").read_bytes().replace(bytes(1), b" ").decode(errors="replace")
        return f"process {process.name}, {command}"
    return f"process {process.name}, gone meanwhile"
