"""How far a load has come, while it runs: nothing of it stays in a terminal or in a saved notebook."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from html import escape
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

if TYPE_CHECKING:
    from labapp.load import Order

_EVERY = 0.2
_BAR = 30  # Characters.

Show = Callable[[float, str], None]
"""Called with the share that is done and a text, or with an empty one when it is over."""

_listener: ContextVar[Show | None] = ContextVar("listener", default=None)


class Progress:
    """Call it with the number of requests that have ended and the seconds since the load began.

    Shown in a notebook that somebody sits before, and in a terminal; elsewhere silent.
    """

    def __init__(self, order: Order, *, shown: bool = True) -> None:
        self._order = order
        heard = _listener.get()
        self._show = (heard or shown_here()) if shown or heard else _nowhere
        self._heard = heard
        self._next = time.monotonic() + _EVERY
        self._visible = False
        self._last: tuple[int, float] | None = None  # What was heard and not shown.

    def __call__(self, ended: int, seconds: float) -> None:
        """Show it, unless something was shown a moment ago."""
        if time.monotonic() < self._next:
            self._last = ended, seconds
            return
        self._last = None
        self._next = time.monotonic() + _EVERY
        self._visible = True
        self._show(*self.words(ended, seconds))

    def words(self, ended: int, seconds: float) -> tuple[float, str]:
        """Return the share that is done, 0 to 1, and a text that says so."""
        order, share, said = self._order, 0.0, f"{seconds:.1f} s"
        if order.duration is not None:
            share, said = seconds / order.duration, f"{seconds:.1f} of {order.duration:g} s"
        many = f"{ended:,} requests"
        if order.requests is not None:
            share, many = max(share, ended / order.requests), f"{ended:,} of {order.requests:,} requests"
        return min(1.0, share), f"{many}, {said}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._heard and self._last:  # Whoever listens goes on showing it.
            self._heard(*self.words(*self._last))
        if self._visible:
            self._show(0.0, "")


@contextmanager
def listening(show: Show) -> Iterator[None]:
    """Have the progress of every load in the body told to `show`, and shown nowhere else."""
    token = _listener.set(show)
    try:
        yield
    finally:
        _listener.reset(token)


def shown_here() -> Show:
    """Return what shows progress where this runs: in a notebook, in a terminal, else nowhere."""
    return _in_notebook() or _in_terminal() or _nowhere


def _nowhere(_share: float, _text: str) -> None:
    """Show nothing."""


def _in_terminal() -> Show | None:
    """Return what draws on the error stream, if that is a terminal; an empty text wipes it out."""
    if sys.stderr is None or not sys.stderr.isatty():
        return None

    def show(share: float, text: str) -> None:
        bar = f"{'█' * round(share * _BAR):░<{_BAR}} {text}" if text else ""
        # One line at most: of two only the last would be written over. What a longer one left is erased.
        room = shutil.get_terminal_size().columns - 1
        sys.stderr.write(f"\r\x1b[K{bar if len(bar) <= room else f'{bar[: room - 1]}…'}")
        sys.stderr.flush()

    return show


def _in_notebook() -> Show | None:
    """Return what draws below the running cell, if a person's client runs it; an empty text takes it away."""
    publish = notebook_output()
    if publish is None:
        return None

    def show(share: float, text: str) -> None:
        publish({"text/html": _html(share, text), "text/plain": text} if text else {"text/html": ""})

    return show


def notebook_output() -> Callable[[dict[str, str]], None] | None:
    """Return what shows a bundle below the running cell, each in the place of the one before.

    None where no person's client runs it.
    """
    ipython = sys.modules.get("IPython")
    shell: Any = ipython.get_ipython() if ipython else None
    # Only a client with a person before it offers to take input: not those that build and test notebooks.
    if not getattr(getattr(shell, "kernel", None), "_allow_stdin", False):
        return None
    display = {"display_id": f"labapp-load-{uuid4()}"}
    drawn = False

    def publish(data: dict[str, str]) -> None:
        nonlocal drawn
        shell.display_pub.publish(data, metadata={}, transient=display, update=drawn)
        drawn = True

    return publish


def _html(share: float, text: str) -> str:
    bar = f'<progress max="1" value="{share:.3f}" aria-label="Load" style="width: 16em"></progress>'
    return f'<div role="status">{bar} {escape(text)}</div>'
