"""The clock of a time limit: a thread that strikes in another thread, whatever that one is doing.

In the main thread, where cells run, a strike is a signal (SIGALRM), sent by the clock and by no timer: what
the learner's code makes of `signal.alarm` and `signal.setitimer` does not touch it. It ends loops in Python
and calls that wait: a sleep, a socket, a lock, a child process. In any other thread, and where the learner
handles SIGALRM, the interpreter is asked to raise (PyThreadState_SetAsyncExc), which ends a loop at once and
a call that waits when it returns. Nothing inside a process can end one long call into C that never looks up,
such as `10 ** 10 ** 9`: the clock strikes when that call returns.
"""

from __future__ import annotations

import ctypes
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from types import FrameType

# Long enough for a clean-up after the first strike, and no longer.
_INSIST = 1.0


class TimedOut(BaseException):
    """The learner's time is up; a BaseException, so that `except Exception` lets it pass."""


class Clock:
    """Strikes in the thread that made it: raises TimedOut there, if `due` says so of what runs there.

    In the main thread `raises` is called instead, on the stack of what runs.
    """

    def __init__(
        self, due: Callable[[FrameType | None], bool], raises: Callable[[FrameType | None], None]
    ) -> None:
        self._due = due
        self._raises = raises
        self._watched = threading.get_ident()
        self._in_main = threading.current_thread() is threading.main_thread()
        self._striking = False
        # Its `put` may interrupt itself, as a signal's handler does.
        self._orders: SimpleQueue[float | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._watch, name="time limit", daemon=True)
        if self._in_main:
            self._began = time.monotonic()
            self._handler = signal.signal(signal.SIGALRM, self._ring)
            self._before = signal.setitimer(signal.ITIMER_REAL, 0)

    def start(self, seconds: float) -> None:
        """Strike in `seconds`, and again and again after that."""
        self._orders.put(time.monotonic() + seconds)
        if not self._thread.ident:
            self._thread.start()

    def close(self) -> None:
        """Strike no more; a timer that ran before goes on, one that the learner's code has set does not."""
        self._orders.put(None)
        while self._thread.is_alive():
            with suppress(TimedOut):
                self._thread.join()
        with suppress(TimedOut):
            # What was asked for and has not been raised yet is raised here, and hits nobody else.
            for _ in range(2):
                pass
        if self._in_main:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._handler)
            delay, interval = self._before
            if delay:
                left = delay - (time.monotonic() - self._began)
                signal.setitimer(signal.ITIMER_REAL, max(left, 1e-3), interval)

    def _watch(self) -> None:
        deadline = self._orders.get()
        while deadline is not None:
            try:
                deadline = self._orders.get(timeout=max(0.0, deadline - time.monotonic()))
            except Empty:
                deadline = time.monotonic() + _INSIST
                self._strike()

    def _strike(self) -> None:
        handler = signal.getsignal(signal.SIGALRM)
        if self._in_main and handler == self._ring:
            self._striking = True
            signal.pthread_kill(self._watched, signal.SIGALRM)
        elif self._due(sys._current_frames().get(self._watched)):
            # At its next instruction.
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(self._watched), ctypes.py_object(TimedOut)
            )
            if self._in_main and callable(handler):
                # Which may be in the learner's handler, called out of a call that waits.
                signal.pthread_kill(self._watched, signal.SIGALRM)

    def _ring(self, _: int, frame: FrameType | None) -> None:
        # An alarm that the learner's code has set, and does not handle, is none of the clock's.
        if self._striking:
            self._striking = False
            if self._due(frame):
                self._raises(frame)
