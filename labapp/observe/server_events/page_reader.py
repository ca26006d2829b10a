"""The receiving end of a page: what has been written there since the last look.

Most requests have ended by then. Their rows are handed on as they are, for whoever asks for them to decode.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import re
import time
from binascii import b2a_base64
from collections.abc import Iterable
from operator import lt

from labapp.observe.server_events.encode import encode_request_begin, encode_rows
from labapp.observe.server_events.page_fields import ROW, TEXT
from labapp.observe.server_events.page_layout import (
    ROWS,
    SIZE,
    TEXT_UNIT,
    TEXTS,
    TEXTS_SIZE,
)
from labapp.observe.server_events.recognise import WORDS

_TOGETHER = 512  # rows that are copied at once
# So long there may be something new after the last: a writer calls twice in each second in which there is.
_AWAKE = 2.0
# Texts that are remembered: more than a writer has in use.
_MOST = 2000
_TEXT = re.compile(rb"(%b),(%b,%b)" % (WORDS, WORDS, WORDS))
_NUMBER, _TARGETS, _TARGET_AT, _ENDED, _FIELDS = 3, 8, 2, 2, 4


class PageReader:
    """Reads what one process writes."""

    def __init__(self, descriptor: int, line: bytes) -> None:
        """Take a descriptor that came with a line of `encode_page`; `ValueError` if it is of no page."""
        try:
            # Who reads what has been cut off is killed for it.
            fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK)
            self._pid = int(line.removeprefix(b'["page",').removesuffix(b"]"))
            self._page = mmap.mmap(descriptor, SIZE, prot=mmap.PROT_READ)
        except OSError as error:
            raise ValueError("no page") from error
        finally:
            os.close(descriptor)
        self._texts: dict[int, tuple[str, str]] = {}
        self._next = 1
        self._open: set[int] = set()
        self._until = time.monotonic() + _AWAKE

    @property
    def awake(self) -> bool:
        """Whether there may be something new that nobody calls for."""
        return time.monotonic() < self._until

    def wake(self) -> None:
        """Expect something new for a while."""
        self._until = time.monotonic() + _AWAKE

    def read(self) -> list[bytes]:
        """Return what has been written since the last time, as lines that tell of it."""
        ended = [self._row(number) for number in sorted(self._open) if self._has_ended(number)]
        begun, lost = list[str](), 0
        while True:
            skipped, rows = self._new_rows()
            lost += skipped
            if not rows:
                break
            first, self._next = self._next, self._next + len(rows) // ROW.size
            times = memoryview(rows).cast("d")
            staying = list(map(lt, times[_ENDED::_FIELDS], times[::_FIELDS]))
            start = 0
            while True in staying[start:]:
                one = staying.index(True, start)
                begin = self._begin(first + one, rows[one * ROW.size : (one + 1) * ROW.size])
                begun, lost = begun + begin, lost + (not begin)
                ended.append(rows[start * ROW.size : one * ROW.size])
                start = one + 1
            ended.append(rows[start * ROW.size :])
            # Who writes all the time is not run after: each request would be found before it ends.
            if len(rows) < min(_TOGETHER, ROWS - first % ROWS) * ROW.size:
                break
        lines = [self._told(b"".join(ended), lost)] if lost or any(ended) else []
        if lines or begun:
            self.wake()
        return [line.encode() for line in lines + begun]

    def close(self) -> None:
        """Let go of it."""
        self._page.close()

    def _new_rows(self) -> tuple[int, bytes]:
        """Return the rows that come next, as many as are looked at together, and how many before are lost."""
        lost = 0
        while True:
            first = self._next % ROWS
            rows = self._page[first * ROW.size : min(first + _TOGETHER, ROWS) * ROW.size]
            # The next alone tells as a rule that there is none.
            number = ROW.unpack_from(rows)[-1]
            if number < self._next:
                return lost, b""
            if number == self._next:
                break
            # They have been written over.
            everyone = memoryview(self._page).cast("B")
            with everyone, everyone[:TEXTS].cast("Q") as fields:
                oldest = max(fields[_NUMBER::_FIELDS].tolist()) - ROWS + 1
            if oldest <= self._next:  # No writer writes so.
                return lost, b""
            lost += oldest - self._next
            self._next = oldest
        numbers = memoryview(rows).cast("Q")[_NUMBER::_FIELDS].tolist()
        expected = list(range(number, number + len(numbers)))
        if numbers != expected:
            there = next(
                n for n, both in enumerate(zip(numbers, expected, strict=True)) if both[0] != both[1]
            )
            rows = rows[: there * ROW.size]
        return lost, rows

    def _begin(self, number: int, row: bytes) -> list[str]:
        """Tell that a request is under way, if it is known what was asked for."""
        began, target, port, _, _, _ = ROW.unpack(row)
        if (text := self._text(target)) is None:
            return []
        self._open.add(number)
        return [encode_request_begin(began, self._pid, 0, f"{text[0]},{number},{port},{text[1]}")]

    def _has_ended(self, number: int) -> bool:
        """Whether one that was under way has ended; if its row is another's by now, somebody else tells."""
        began, *_, ended, written = ROW.unpack(self._row(number))
        own: bool = written == number
        if own and ended < began:
            return False
        self._open.remove(number)
        return own

    def _row(self, number: int) -> bytes:
        at = number % ROWS * ROW.size
        return self._page[at : at + ROW.size]

    def _told(self, rows: bytes, lost: int) -> str:
        """Return a line of requests that have ended."""
        targets = set(memoryview(rows).cast("I")[_TARGET_AT::_TARGETS].tolist())
        known = {target: text for target in targets if (text := self._text(target)) is not None}
        if len(known) < len(targets):
            whole = len(rows)
            rows = b"".join(_of(known, rows))
            lost += (whole - len(rows)) // ROW.size
        texts = ",".join(f"[{target},{unit},{asked}]" for target, (unit, asked) in known.items())
        return encode_rows(self._pid, lost, texts, b2a_base64(rows, newline=False).decode())

    def _text(self, number: int) -> tuple[str, str] | None:
        """Return what a number stands for: a unit, and what it was asked for."""
        if (known := self._texts.get(number)) is not None:
            return known
        at = TEXTS + number * TEXT_UNIT % TEXTS_SIZE
        written, length = TEXT.unpack_from(self._page, at)
        found = _TEXT.fullmatch(self._page[at + TEXT.size : min(at + TEXT.size + length, SIZE)])
        if written != number or not found:
            return None
        if len(self._texts) >= _MOST:
            del self._texts[next(iter(self._texts))]
        self._texts[number] = known = found[1].decode(), found[2].decode()
        return known


def _of(targets: Iterable[int], rows: bytes) -> Iterable[bytes]:
    for at in range(0, len(rows), ROW.size):
        row = rows[at : at + ROW.size]
        if ROW.unpack(row)[1] in targets:
            yield row
