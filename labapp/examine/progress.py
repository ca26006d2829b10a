"""How far an examination is, and what is measured now; and its end, when its time is over."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from labapp.views.load import shown_here

_EVERY = 0.2
_ENDING = 1.0  # s that are kept for the end of the servers.


class TimeOverError(Exception):
    """The time of an examination is over in the midst of a load."""


class Progress:
    """A bar of the time that an examination may take; `heard` is given to each load."""

    def __init__(self, within: float, *, shown: bool = True) -> None:
        self.within = within
        self.requests = 0
        self._began = time.monotonic()
        self._show = shown_here() if shown else None
        self._what = ""
        self._next = 0.0

    @property
    def elapsed(self) -> float:
        """How many s it has taken."""
        return time.monotonic() - self._began

    @property
    def left(self) -> float:
        """How many s are left to measure in."""
        return self.within - _ENDING - self.elapsed

    def now(self, what: str) -> None:
        """Say what is measured from now on."""
        self._what, self._next = what, 0.0
        self.heard(0, 0.0)

    def heard(self, _ended: int, _seconds: float) -> None:
        """Show it; `TimeOverError` when there is no more time."""
        if self.left < 0:
            raise TimeOverError
        if self._show is not None and time.monotonic() >= self._next:
            self._next = time.monotonic() + _EVERY
            share = min(1.0, self.elapsed / self.within)
            self._show(share, f"{self.elapsed:.0f} of at most {self.within:g} s: {self._what}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._show is not None:
            self._show(0.0, "")
