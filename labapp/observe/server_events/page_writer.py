"""Memory that a sender shares with whoever receives: to write there takes no system call and no thread.

A row is written when a request begins, and completed when it ends. The receiver looks every few milliseconds
for as long as anything goes on, and once more when its writer has gone, however that came. What was asked for
is a number in a row; the text that it stands for is written, once, behind the rows.
"""

from __future__ import annotations

import fcntl
import itertools
import mmap
import os
import struct
from _thread import allocate_lock
from typing import Any

from labapp.observe.server_events.page_layout import (
    NONE,
    ROW,
    ROWS,
    SIZE,
    TEXT,
    TEXT_UNIT,
    TEXTS,
    TEXTS_SIZE,
)

_SIZE = ROW.size
_END = struct.Struct("@IHhd")
_END_AT = 8
# So many targets are remembered, and so many bytes of their texts.
_MOST, _LARGE = 500, TEXTS_SIZE // 4


class PageWriter:
    """The sending end, for any number of threads; whoever sends its descriptor closes that."""

    def __init__(self) -> None:
        self.descriptor = os.memfd_create("events", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.ftruncate(self.descriptor, SIZE)
        # Who reads what has been cut off is killed for it.
        fcntl.fcntl(self.descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK)
        self._page = mmap.mmap(self.descriptor, SIZE)
        # A thread takes the next number from it without a lock.
        self._next = itertools.count(1).__next__
        self._last = 0
        self._text = self._since = 0
        self._lock = allocate_lock()
        self.targets: dict[Any, Any] = {}
        """For whoever writes to remember what has a number; emptied in time for numbers to be used again."""

    def begin(self, target: int, port: int, at: float) -> int:
        """Write that a request begins; return its number."""
        self._last = number = self._next()
        ROW.pack_into(self._page, number % ROWS * _SIZE, at, target, port, NONE, 0.0, number)
        return number

    def end(self, number: int, target: int, port: int, status: int, at: float) -> bool:
        """Write that it ends; False if so many have begun since that its row is another's."""
        if self._last - number >= ROWS:
            return False
        _END.pack_into(self._page, number % ROWS * _SIZE + _END_AT, target, port, status, at)
        return True

    def explain(self, text: bytes) -> int:
        """Have a number stand for a text, until there are so many others that their room is needed."""
        with self._lock:
            size = TEXT.size + len(text)
            at = self._text
            if at % TEXTS_SIZE + size > TEXTS_SIZE:
                at += TEXTS_SIZE - at % TEXTS_SIZE
            self._text = at + size + -size % TEXT_UNIT
            if len(self.targets) >= _MOST or at - self._since > _LARGE:
                self.targets.clear()
                self._since = at
        number, place = at // TEXT_UNIT & 0xFFFFFFFF, TEXTS + at % TEXTS_SIZE
        self._page[place + TEXT.size : place + size] = text
        TEXT.pack_into(self._page, place, number, len(text))
        return number

    def close(self) -> None:
        """Let go of it."""
        self._page.close()
