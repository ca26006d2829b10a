"""How the threads of a notebook's kernel get their turn, whatever cell runs."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

SOON = 0.0005  # seconds for which a thread that is waited for may keep the interpreter; else it is 5 ms

_lock = threading.Lock()
_usual: list[float] = []  # For each who is in a hurry, what was set before the first was.


def hurry_until(end: Callable[[], None]) -> Callable[[], None]:
    """Let every thread have its turn soon, however busy another is; return what ends that, and calls `end`.

    It costs nothing while nobody waits. Whoever sets another interval meanwhile keeps it.
    """
    with _lock:
        _usual.append(_usual[0] if _usual else sys.getswitchinterval())
        if len(_usual) == 1:
            sys.setswitchinterval(SOON)

    def rest() -> None:
        with _lock:
            usual = _usual.pop()
            if not _usual and abs(sys.getswitchinterval() - SOON) < SOON / 10:
                sys.setswitchinterval(usual)
        end()

    return rest
