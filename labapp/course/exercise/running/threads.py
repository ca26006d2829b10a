"""The threads that a learner's code has started and that run still."""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from pathlib import Path

import labapp

_GRACE = 0.5
_PLACE = str(Path(labapp.__file__).parent)


class Threads:
    """Remembers the threads there are; those that others start later are leftovers."""

    def __init__(self) -> None:
        self._before = set(threading.enumerate())

    def end(self) -> list[str]:
        """End the leftovers, as far as a thread can be ended, and name them."""
        named = []
        for thread in self._wait(self._new()):
            assert thread.ident is not None
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(thread.ident), ctypes.py_object(SystemExit)
            )
            ended = not self._wait([thread])
            what = "now ended" if ended else "which goes on until the kernel is restarted"
            named.append(f"a thread, `{thread.name}` ({what})")
            self._before.add(thread)
        return named

    def _new(self) -> list[threading.Thread]:
        return [each for each in threading.enumerate() if each not in self._before and not _is_ours(each)]

    @staticmethod
    def _wait(threads: list[threading.Thread]) -> list[threading.Thread]:
        """Let threads come to their end; return those that do not, in time."""
        deadline = time.monotonic() + _GRACE
        for thread in threads:
            while not _joined(thread, deadline):
                time.sleep(0.001)
        return [thread for thread in threads if thread.is_alive() and not _is_ours(thread)]


def _joined(thread: threading.Thread, deadline: float) -> bool:
    """Wait for the end of a thread until then; False while it is only about to start."""
    try:
        thread.join(max(0.0, deadline - time.monotonic()))
    except RuntimeError:
        return time.monotonic() > deadline
    return True


def _is_ours(thread: threading.Thread) -> bool:
    """Tell whether a thread serves the lab, another package, or a pool that has nothing for it to do."""
    frame = sys._current_frames().get(thread.ident or 0)
    files = []
    idle = frame is not None and frame.f_code.co_name == "_worker"
    while frame:
        files.append(frame.f_code.co_filename)
        frame = frame.f_back
    # What the thread was started for stands above what starts every thread.
    began = next((file for file in reversed(files) if file != threading.__file__), "")
    return idle or began.startswith(_PLACE) or "/site-packages/" in began
