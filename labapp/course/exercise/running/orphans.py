"""Processes that have lost their parent: adopted meanwhile, where the system has it (Linux)."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_PR_SET_CHILD_SUBREAPER, _PR_GET_CHILD_SUBREAPER = 36, 37


@contextmanager
def adopting() -> Iterator[None]:
    """Make this process the parent of whatever its descendants leave behind, a daemon for one."""
    if sys.platform != "linux":
        yield
        return
    libc, before = ctypes.CDLL(None), ctypes.c_int()
    libc.prctl(_PR_GET_CHILD_SUBREAPER, ctypes.byref(before), 0, 0, 0)
    libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        libc.prctl(_PR_SET_CHILD_SUBREAPER, before.value, 0, 0, 0)


def reap(pids: list[int]) -> None:
    """Let ended children go for whom nobody is going to ask."""
    if pids:
        # As `subprocess` and `multiprocessing` call what waits for a child.
        asked = {getattr(each, "pid", 0) for each in gc.get_objects() if type(each).__name__ == "Popen"}
        for pid in set(pids) - asked:
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
