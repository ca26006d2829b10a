"""A limit on the time that the learner's code may take, kept inside the kernel's own process.

The answer may swallow what is raised in it, with a bare `except`. Therefore the limit goes on striking; and
in the main thread, from the second time on, every further line of the learner's raises.

It is the work that is limited. When the time is up, the machine is measured, and one that is slow just now
is given as much longer as it is slower.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from types import FrameType
from typing import Any, Self

from labapp.course.exercise.running import yardstick
from labapp.course.exercise.running.clock import Clock, TimedOut
from labapp.course.exercise.running.learner_frames import Learner, LearnerLine, locate
from labapp.servers import is_unhurried

_DISTURB = 3
# A server's start and end are not the learner's to hurry; but an answer may not start servers for ever.
_SLOW_SECONDS = 20.0
_LOOK_AGAIN = 0.05
# Less is what a measurement is out by.
_SLOW = 1.2


def patience() -> float:
    """Return LABAPP_PATIENCE, how many times as long as usual every limit is; 1 if unset.

    Raises ValueError if it is no number of at least 1.
    """
    factor = float(os.environ.get("LABAPP_PATIENCE") or 1)
    if not factor >= 1:
        raise ValueError(f"LABAPP_PATIENCE is to be a number of at least 1, and is {factor:g}.")
    return factor


class TimeLimit:
    """Raises TimedOut in the block once it has run for `seconds`; a server's start and end do not count.

    A strike in the very moment in which the block ends may pass by `__exit__`: call `close` after the block.
    """

    def __init__(self, seconds: float, learner: Learner) -> None:
        self.seconds = seconds
        self.slowness = 1.0
        """How many times as long it has become, because this machine is slow."""
        self.strikes = 0
        self.struck_at: LearnerLine | None = None
        self._learner = learner
        self._over = self._waited = self._measured = self._tracing = False
        self._tracer = sys.gettrace()
        self._clock: Clock | None = None
        self._patience = 0.0
        self._begin: FrameType | None = None

    def __enter__(self) -> Self:
        self._patience = time.monotonic() + self.seconds + _SLOW_SECONDS
        # Below it is the cell that asked for the check, which is the learner's too, and not to be struck.
        self._begin = sys._getframe(1)
        self._clock = Clock(self.due, self._raise_in)
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
            if self._tracing:
                sys.settrace(self._tracer)

    def due(self, frame: FrameType | None) -> bool:
        """Tell whether to raise now, in `frame`; called when the clock strikes."""
        if self._over or self._clock is None or (not self.strikes and self._longer(self._clock, frame)):
            return False
        self.strikes += 1
        frames = list(self.on_stack(frame))
        if self.strikes == 1 and frames:
            self.struck_at = locate(frames[0].f_code, frames[0].f_lineno)
        # After the first strike the check itself may be clearing up, which is not to be disturbed.
        return self.strikes == 1 or self.strikes > _DISTURB or bool(frames)

    def _longer(self, clock: Clock, frame: FrameType | None) -> bool:
        """Tell whether there is more time, and set the clock."""
        if time.monotonic() < self._patience:
            busy = any(is_unhurried(each.f_code) for each in _stack(frame))
            if busy or self._waited:
                clock.start(_LOOK_AGAIN if busy else self.seconds)
                self._waited = busy
                return True
        if not self._measured:
            self._measured = True
            slowness = yardstick.slowness()
            if slowness > _SLOW:
                self.slowness = slowness
                clock.start(self.seconds * (slowness - 1))
                return True
        return False

    def on_stack(self, frame: FrameType | None) -> Iterator[FrameType]:
        """Yield the learner's frames within the block, the innermost first."""
        return self._learner.on_stack(frame, self._begin)

    def _raise_in(self, frame: FrameType | None) -> None:
        if self.strikes > 1:
            for each in self.on_stack(frame):
                each.f_trace = self._raise
            self._tracing = True
            sys.settrace(self._raise)
        raise TimedOut

    def _raise(self, frame: FrameType, event: str, _: object) -> Any:
        if event == "line" and not self._over and self._learner.wrote(frame.f_code):
            raise TimedOut
        return self._raise


def _stack(frame: FrameType | None) -> list[FrameType]:
    frames = []
    while frame:
        frames.append(frame)
        frame = frame.f_back
    return frames
