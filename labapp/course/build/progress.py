"""What a person sees while lessons are built: one line that moves, and one that stays for each lesson."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TextIO


class Progress:
    """Progress of several lessons on one terminal line; only what stays where there is no terminal."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._live = out.isatty()
        self._started: dict[str, float] = {}
        self._at: dict[str, str] = {}

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._draw("")

    def step(self, name: str, done: int, total: int) -> None:
        """Say that `done` of a lesson's `total` code cells have run."""
        self._started.setdefault(name, time.monotonic())
        self._at[name] = f"{name} {done}/{total}"
        self._draw("   ".join(self._at.values()))

    def done(self, name: str, how: str) -> None:
        """Leave a line that says how a lesson ended and, if it was run, how long it took."""
        self._at.pop(name, None)
        self._draw("")
        started = self._started.pop(name, None)
        took = f"{time.monotonic() - started:.1f} s, " if started is not None else ""
        print(f"{name}: {took}{how}", file=self._out, flush=True)
        self._draw("   ".join(self._at.values()))

    def _draw(self, text: str) -> None:
        if self._live:
            print(f"\r\x1b[K{text}", end="", file=self._out, flush=True)
