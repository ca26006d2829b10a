"""What belongs to the whole notebook and the learner's code may change: looked at before, put back after."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, Self


class Surroundings:
    """Remembers the working folder, the environment and the signals' handlers when the block begins."""

    def __enter__(self) -> Self:
        self._folder = _folder()
        self._environment = dict(os.environ)
        self._handlers = _handlers()
        return self

    def __exit__(self, *exc: object) -> None:
        self.put_back()

    def put_back(self) -> list[str]:
        """Put back what has changed, and name it."""
        changed = []
        if (folder := _folder()) != self._folder:
            changed.append(f"the working folder, to `{folder}`")
            with suppress(OSError):
                os.chdir(self._folder)
        names = os.environ.keys() | self._environment.keys()
        differing = sorted(name for name in names if os.environ.get(name) != self._environment.get(name))
        for name in differing:
            changed.append(f"the environment's `{name}`")
            if name in self._environment:
                os.environ[name] = self._environment[name]
            else:
                del os.environ[name]
        for number, handler in _handlers().items():
            if handler != self._handlers.get(number, handler):
                changed.append(f"what happens at {signal.Signals(number).name}")
                signal.signal(number, self._handlers[number])
        return changed


def _folder() -> str:
    try:
        return str(Path.cwd())
    except FileNotFoundError:
        return "a folder that is no more"


def _handlers() -> dict[int, Any]:
    """Return what Python does at each signal, as far as this thread may change it."""
    if threading.current_thread() is not threading.main_thread():
        return {}
    named = ((int(number), signal.getsignal(number)) for number in signal.Signals)
    return {number: handler for number, handler in named if handler is not None}
