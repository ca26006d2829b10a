"""What an answer forks is a copy of the whole kernel: it ends where it would leave the answer."""

from __future__ import annotations

import os
import sys
from types import FrameType
from typing import Any, Self

from labapp.course.exercise.running.learner_frames import Learner


class Forks:
    """Lets no copy of this process that the learner's code forks go on with what is not the learner's."""

    def __init__(self, learner: Learner) -> None:
        self.learner = learner
        self.begin: FrameType | None = None

    def __enter__(self) -> Self:
        self.begin = sys._getframe(1)
        _now.append(self)
        return self

    def __exit__(self, *exc: object) -> None:
        _now.remove(self)
        self.begin = None


_now: list[Forks] = []


def _forked() -> None:
    for forks in _now:
        frames = list(forks.learner.on_stack(sys._getframe(1), forks.begin))
        for outermost in frames[-1:]:
            outermost.f_trace = _leave
            sys.settrace(_look)


def _look(_frame: FrameType, _event: str, _: object) -> None:
    """Look at no other frame."""


def _leave(_frame: FrameType, event: str, _: object) -> Any:
    if event == "return":
        os._exit(0)
    return _leave


os.register_at_fork(after_in_child=_forked)
