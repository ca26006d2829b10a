"""Memory that a sender shares with whoever receives: to write there is no call of the system.

It is for a process in which nothing goes on between two requests, so that nobody could send later what is
held back: uWSGI without threads. A row is written when a request begins, and completed when it ends; the
receiver looks every few milliseconds, and once more when its writer has gone. What was asked for is only a
number in a row: the line that explains it is sent before.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import re
import struct
import sys
import time
from collections import defaultdict

from labapp.observe.server_events.encode import (
    encode_request_begin,
    encode_request_end,
    encode_request_ends,
)

SHARED = sys.platform == "linux"
"""Whether there is such memory here."""
ROWS = 8192
# Target, port, status and begin; the end is written last, for then the row is whole.
_ROW = struct.Struct("<IIixxxxdd")
_END = struct.Struct("<ixxxxdd")
_COUNT = struct.Struct("<Q")
_FIRST = 64
_SIZE = _FIRST + ROWS * _ROW.size
_NONE = -1
# Targets that are known: a writer gives each a new number long before there are so many others.
_MOST = 2000
_TARGET = re.compile(r'\["target",(\d+),("[^"]*"),(".*)\]')


def encode_page(pid: int) -> bytes:
    """Return the line with which the descriptor of a page is sent."""
    return b'["page",%d]' % pid


def encode_target(number: int, about: str) -> bytes:
    """Return the line that says what a number stands for; `about` is what `encode_asked` returned."""
    return f'["target",{number},{about}]'.encode()


class PageWriter:
    """The sending end, for one thread at a time; whoever sends its descriptor closes that."""

    def __init__(self) -> None:
        self.descriptor = os.memfd_create("events", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.ftruncate(self.descriptor, _SIZE)
        # Who reads what has been cut off is killed for it.
        fcntl.fcntl(self.descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK)
        self._page = mmap.mmap(self.descriptor, _SIZE)
        self._count = 0

    def begin(self, target: int, port: int, at: float) -> int:
        """Write that a request begins; return its number."""
        number = self._count
        _ROW.pack_into(self._page, _FIRST + number % ROWS * _ROW.size, target, port, _NONE, at, 0.0)
        self._count = number + 1
        _COUNT.pack_into(self._page, 0, number + 1)
        return number

    def end(self, number: int, status: int | None, began: float, at: float) -> None:
        """Write that it ends, unless so many have begun since that its row is another's."""
        if self._count - number <= ROWS:
            said = _NONE if status is None else status
            _END.pack_into(self._page, _FIRST + number % ROWS * _ROW.size + 8, said, began, at)

    def close(self) -> None:
        """Let go of it."""
        self._page.close()


class PageReader:
    """The receiving end."""

    def __init__(self, descriptor: int, line: bytes) -> None:
        """Take a descriptor that came with a line of `encode_page`; `ValueError` if it is of no page."""
        try:
            if not fcntl.fcntl(descriptor, fcntl.F_GET_SEALS) & fcntl.F_SEAL_SHRINK:
                raise ValueError("what may be cut off while it is read is not read")
            self._pid = int(line.removeprefix(b'["page",').removesuffix(b"]"))
            self._page = mmap.mmap(descriptor, _SIZE, prot=mmap.PROT_READ)
        except OSError as error:
            raise ValueError("no page") from error
        finally:
            os.close(descriptor)
        self._targets: dict[int, tuple[str, str]] = {}
        self._next = 0
        self._open: set[int] = set()

    def explain(self, line: bytes) -> bool:
        """Take in a line of `encode_target`; False for any other."""
        if not (found := _TARGET.fullmatch(line.decode(errors="replace"))):
            return False
        self._targets[int(found[1])] = found[2], found[3]
        if len(self._targets) > _MOST:
            del self._targets[next(iter(self._targets))]
        return True

    def read(self) -> list[bytes]:
        """Return what has been written since the last time, as lines that are events."""
        (count,) = _COUNT.unpack_from(self._page)
        lost = max(0, count - ROWS - self._next)
        self._next += lost
        lines: list[str] = []
        ended = defaultdict[int, list[tuple[int, int, float, float, int | None]]](list)
        for number in (*sorted(self._open), *range(self._next, count)):
            target, port, said, began, at = _ROW.unpack_from(self._page, _FIRST + number % ROWS * _ROW.size)
            if number < count - ROWS:
                self._open.discard(number)  # Its row is another's.
                continue
            if target not in self._targets:
                break  # What it stands for is on its way.
            self._next = max(self._next, number + 1)
            unit, asked = self._targets[target]
            about, status = f"{unit},{number},{port},{asked}", None if said == _NONE else said
            if not at and number not in self._open:
                self._open.add(number)
                lines.append(encode_request_begin(began, self._pid, 0, about))
            elif at and number in self._open:
                self._open.remove(number)
                lines.append(encode_request_end(at, self._pid, 0, about, began, status))
            elif at:
                ended[target].append((number, port, began, at, status))
        now = time.monotonic()
        for target, ends in ended.items():
            about = ",".join(self._targets[target])
            lines.append(encode_request_ends(now, self._pid, lost, about, ends))
            lost = 0
        return [line.encode() for line in lines]

    def close(self) -> None:
        """Let go of it."""
        self._page.close()
