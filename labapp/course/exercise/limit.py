"""A limit on the time that the learner's code may take, kept inside the kernel's own process.

In the main thread, where cells run, the limit is a timer of the operating system (SIGALRM). It ends loops in
Python and calls that wait: a sleep, a socket, a lock, a child process. In any other thread there are no
signals; there the interpreter is asked to raise (PyThreadState_SetAsyncExc), which ends a loop at once and a
call that waits when it returns. Nothing inside a process can end one long call into C that never looks up,
such as `10 ** 10 ** 9`: the limit strikes when that call returns.

The answer may swallow what is raised in it, with a bare `except`. Therefore the limit goes on striking; and
in the main thread, from the second time on, every further line of the learner's raises.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from types import FrameType
from typing import Any, Protocol, Self

from labapp.course.exercise.learner_frames import Learner, LearnerLine, locate
from labapp.servers import is_unhurried

# Long enough for a clean-up after the first strike, and no longer.
_INSIST = 1.0
_DISTURB = 3
# A server's start and end are not the learner's to hurry; but an answer may not start servers for ever.
_SLOW_SECONDS = 20.0
_LOOK_AGAIN = 0.05


def patience() -> float:
    """Return LABAPP_PATIENCE, how many times as long as usual every limit is; 1 if unset.

    Raises ValueError if it is no number of at least 1.
    """
    factor = float(os.environ.get("LABAPP_PATIENCE") or 1)
    if not factor >= 1:
        raise ValueError(f"LABAPP_PATIENCE is to be a number of at least 1, and is {factor:g}.")
    return factor


class TimedOut(BaseException):
    """The learner's time is up; a BaseException, so that `except Exception` lets it pass."""


class TimeLimit:
    """Raises TimedOut in the block once it has run for `seconds`; a server's start and end do not count.

    A strike in the very moment in which the block ends may pass by `__exit__`: call `close` after the block.
    """

    def __init__(self, seconds: float, learner: Learner) -> None:
        self.seconds = seconds
        self.strikes = 0
        self.struck_at: LearnerLine | None = None
        self._learner = learner
        self._over = self._waited = False
        self._clock: _Clock | None = None
        self._patience = 0.0
        self._begin: FrameType | None = None

    def __enter__(self) -> Self:
        self._patience = time.monotonic() + self.seconds + _SLOW_SECONDS
        # Below it is the cell that asked for the check, which is the learner's too, and not to be struck.
        self._begin = sys._getframe(1)
        in_main = threading.current_thread() is threading.main_thread()
        self._clock = _Alarm(self) if in_main else _Watchdog(self)
        self._clock.start(self.seconds)
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the clock, for good."""
        self._over = True
        if self._clock:
            self._clock.close()
            self._clock = self._begin = None

    def due(self, frame: FrameType | None) -> bool:
        """Tell whether to raise now, in `frame`; called when the clock strikes."""
        if self._over or self._clock is None:
            return False
        if not self.strikes and time.monotonic() < self._patience:
            busy = any(is_unhurried(each.f_code) for each in _stack(frame))
            if busy or self._waited:
                self._clock.start(_LOOK_AGAIN if busy else self.seconds)
                self._waited = busy
                return False
        self.strikes += 1
        frames = list(self.on_stack(frame))
        if self.strikes == 1 and frames:
            self.struck_at = locate(frames[0].f_code, frames[0].f_lineno)
        # After the first strike the check itself may be clearing up, which is not to be disturbed.
        return self.strikes == 1 or self.strikes > _DISTURB or bool(frames)

    def on_stack(self, frame: FrameType | None) -> Iterator[FrameType]:
        """Yield the learner's frames within the block, the innermost first."""
        return self._learner.on_stack(frame, self._begin)

    def wrote(self, frame: FrameType) -> bool:
        """Tell whether a frame runs the learner's code."""
        return self._learner.wrote(frame.f_code)


class _Clock(Protocol):
    def start(self, seconds: float) -> None:
        """Strike in `seconds`, and again and again after that."""

    def close(self) -> None: ...


class _Alarm:
    """The system's timer, which interrupts the main thread; a timer that ran before goes on afterwards."""

    def __init__(self, limit: TimeLimit) -> None:
        self._limit = limit
        self._struck = self._closed = False
        self._tracer = sys.gettrace()
        self._began = time.monotonic()
        self._handler = signal.signal(signal.SIGALRM, self._ring)
        self._before = signal.setitimer(signal.ITIMER_REAL, 0)

    def start(self, seconds: float) -> None:
        signal.setitimer(signal.ITIMER_REAL, seconds, _INSIST)

    def close(self) -> None:
        self._closed = True
        signal.setitimer(signal.ITIMER_REAL, 0)
        if self._struck:
            sys.settrace(self._tracer)
        signal.signal(signal.SIGALRM, self._handler)
        delay, interval = self._before
        if delay:
            left = delay - (time.monotonic() - self._began)
            signal.setitimer(signal.ITIMER_REAL, max(left, 1e-3), interval)

    def _ring(self, _: int, frame: FrameType | None) -> None:
        if not self._limit.due(frame):
            return
        if self._struck:
            for each in self._limit.on_stack(frame):
                each.f_trace = self._raise
            sys.settrace(self._raise)
        self._struck = True
        raise TimedOut

    def _raise(self, frame: FrameType, event: str, _: object) -> Any:
        if event == "line" and not self._closed and self._limit.wrote(frame):
            raise TimedOut
        return self._raise


class _Watchdog:
    """A thread that has the interpreter raise in the thread that made it."""

    def __init__(self, limit: TimeLimit) -> None:
        self._limit = limit
        self._watched = threading.get_ident()
        self._stopped = threading.Event()
        self._deadline = 0.0
        self._thread = threading.Thread(target=self._watch, name="time limit", daemon=True)

    def start(self, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds
        if not self._thread.is_alive():
            self._thread.start()

    def close(self) -> None:
        self._stopped.set()
        with suppress(TimedOut):
            self._thread.join()
            # What was asked for and has not been raised yet is raised here, and hits nobody else.
            for _ in range(2):
                pass

    def _watch(self) -> None:
        while not self._stopped.wait(max(0.0, self._deadline - time.monotonic())):
            self._deadline = time.monotonic() + _INSIST
            if self._limit.due(sys._current_frames().get(self._watched)):
                # At its next instruction.
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(self._watched), ctypes.py_object(TimedOut)
                )


def _stack(frame: FrameType | None) -> list[FrameType]:
    frames = []
    while frame:
        frames.append(frame)
        frame = frame.f_back
    return frames
