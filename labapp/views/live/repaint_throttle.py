"""Paint as soon as something changes, and as often as a small share of the processor allows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

SHARE = 0.05  # of one core, for painting through a long storm
IDLE = 5.0  # seconds without anything to paint, after which the thread ends
BURST = 0.05  # seconds of processor time saved up, so that a few changes in a row are each shown at once


class RepaintThrottle:
    """Calls `paint` after each `request`: at once, in the thread that asked, if painting was cheap of late.

    In a storm the requests of a while share one painting, from a thread of its own. `paint` returns in how
    many seconds it wants to be called again though nobody asks, None for never. It is called with `turn`
    held, a reentrant lock: hold it too, to change what is painted.
    """

    def __init__(self, paint: Callable[[], float | None]) -> None:
        self.errors: list[Exception] = []
        self._paint = paint
        self.turn = threading.Condition(threading.RLock())
        self._credit = BURST
        self._counted = time.monotonic()
        self._due: float | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    def request(self, within: float = 0.0) -> None:
        """Say that there is something new to paint: now, or `within` so many seconds with all that comes."""
        with self.turn:
            if self._closed:
                return
            wait = max(self._debt(), within)
            if wait <= 0:
                self._repaint()
            else:
                self._schedule(time.monotonic() + wait)

    def close(self) -> None:
        """Paint no more; a painting under way is finished first."""
        with self.turn:
            self._closed = True
            self.turn.notify_all()

    def _debt(self) -> float:
        """Return in how many seconds there is credit for a painting again."""
        now = time.monotonic()
        self._credit = min(BURST, self._credit + (now - self._counted) * SHARE)
        self._counted = now
        return -self._credit / SHARE

    def _repaint(self) -> None:
        before = time.thread_time()
        self._due = None
        again = self._paint()
        self._credit -= time.thread_time() - before
        if again is not None:
            self._schedule(time.monotonic() + max(again, self._debt(), 0.01))

    def _schedule(self, when: float) -> None:
        """Have the thread paint at a time of the monotonic clock, or sooner if it is already to."""
        if self._due is None or when < self._due:
            self._due = when
            self.turn.notify_all()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="labapp-view", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        with self.turn:
            while not self._closed:
                if self._due is None:
                    if not self.turn.wait(IDLE) and self._due is None:
                        self._thread = None
                        return
                elif (wait := self._due - time.monotonic()) > 0:
                    self.turn.wait(wait)
                else:
                    self._paint_in_turn()

    def _paint_in_turn(self) -> None:
        try:
            self._repaint()
        except Exception as error:
            # Whatever a thread prints lands in some cell or other.
            self.errors.append(error)
            self._closed = True
