"""Memory that a sender shares with whoever receives: to write there takes no system call and no thread.

A row is written when a request begins, and completed when it ends. The receiver looks every few milliseconds
for as long as anything goes on, and once more when its writer has gone, however that came. What was asked for
is a number in a row; the text that it stands for is written, once, behind the rows.
"""

from __future__ import annotations

import itertools
import mmap
import os
import sys
from _thread import allocate_lock
from typing import Any, TypeAlias

from labapp.observe.server_events.page_layout import (
    FIELDS,
    ROW_SIZE,
    SIZE,
    TEXT_FIELD,
    TEXT_HEAD,
    TEXT_UNIT,
    TEXTS,
    TEXTS_SIZE,
)

# So many targets are remembered, and so many bytes of their texts.
_MOST, _LARGE = 500, TEXTS_SIZE // 4

Column: TypeAlias = Any
"""A field of all rows, one after the other: a `memoryview` of numbers."""


class PageWriter:
    """The sending end, for any number of threads; whoever sends its descriptor closes that.

    Rows are written by whoever serves, without a call in between: a request can feel each.
    """

    def __init__(self) -> None:
        # The receiver seals it: that takes a module that a server need not load.
        self.descriptor = os.memfd_create("events", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.ftruncate(self.descriptor, SIZE)
        self._memory = mmap.mmap(self.descriptor, SIZE)
        self.columns: tuple[Column, Column, Column, Column, Column, Column] = _columns(self._memory)
        """The fields of `ROW`: to write a few so costs a request less than to write them at once."""
        self.numbers = itertools.count(1)
        """Of the requests: to take the next needs no lock."""
        self._text = self._since = 0
        self._lock = allocate_lock()
        self.targets: dict[Any, Any] = {}
        """For whoever writes to remember what has a number; emptied in time for numbers to be used again."""
        self._explained = 0

    @property
    def last(self) -> int:
        """The number of the last request: so many later, a row is another's."""
        return int(repr(self.numbers)[len("count(") : -1]) - 1

    def explain(self, text: bytes) -> int:
        """Have a number stand for a text, until there are so many others that their room is needed."""
        with self._lock:
            size = TEXT_HEAD + len(text)
            at = self._text
            if at % TEXTS_SIZE + size > TEXTS_SIZE:
                at += TEXTS_SIZE - at % TEXTS_SIZE
            self._text = at + size + -size % TEXT_UNIT
            self._explained += 1
            if self._explained > _MOST or at - self._since > _LARGE:
                self.targets.clear()
                self._explained, self._since = 1, at
        number, place = at // TEXT_UNIT & 0xFFFFFFFF, TEXTS + at % TEXTS_SIZE
        self._memory[place + TEXT_HEAD : place + size] = text
        head = (field.to_bytes(TEXT_FIELD, sys.byteorder) for field in (number, len(text)))
        self._memory[place : place + TEXT_HEAD] = b"".join(head)
        return number

    def close(self) -> None:
        """Let go of it."""
        for column in self.columns:
            column.release()
        self._memory.close()


def _columns(memory: mmap.mmap) -> Any:
    for_each, place = list[memoryview](), 0
    for kind in FIELDS:
        fields = memoryview(memory)[:TEXTS].cast(kind)  # type: ignore[call-overload]
        for_each.append(fields[place // fields.itemsize :: ROW_SIZE // fields.itemsize])
        place += fields.itemsize
    return tuple(for_each)
