"""The lines that a server adds to its log, followed through truncation and rotation."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Self

_SHOWN_FIRST = 64 * 1024
_BURST = 256 * 1024
_LINES = 500
_LINE = 2000


class LogTail:
    """Follows the file at `path`, which need not exist yet; use as a context manager.

    It never reads more than a burst at a time: of a longer one the beginning is passed over.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._descriptor = -1
        self._offset = 0
        self._partial = b""
        self._open()
        if self._descriptor >= 0:
            self._offset = max(0, os.fstat(self._descriptor).st_size - _SHOWN_FIRST)
        self._cut = self._offset > 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def read(self) -> tuple[list[str], int]:
        """Return the lines completed since the last call, and how many bytes before them were passed over."""
        if self._descriptor < 0:
            self._open()
            if self._descriptor < 0:
                return [], 0
        size = os.fstat(self._descriptor).st_size
        if size < self._offset:
            self._offset, self._partial = 0, b""
        if size == self._offset:
            return [], 0
        skipped = max(0, size - self._offset - _BURST)
        if skipped:
            self._offset, self._partial, self._cut = self._offset + skipped, b"", True
        data = self._partial + os.pread(self._descriptor, size - self._offset, self._offset)
        self._offset = size
        return self._lines(data, skipped)

    def follow(self) -> None:
        """Go over to the file that has taken the path, once the old one is read to its end."""
        if self._descriptor < 0 or self._offset != os.fstat(self._descriptor).st_size:
            return
        with suppress(OSError):
            there = os.stat(self._path)  # noqa: PTH116 - pathlib would delay the start
            if not os.path.samestat(there, os.fstat(self._descriptor)):
                self.close()
                self._offset, self._partial = 0, b""
                self._open()

    def _open(self) -> None:
        with suppress(OSError):
            self._descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)

    def _lines(self, data: bytes, skipped: int) -> tuple[list[str], int]:
        *whole, self._partial = data.split(b"\n")
        if len(self._partial) > _BURST:
            whole.append(self._partial)
            self._partial = b""
        if self._cut and whole:
            # The first is the rest of a line whose beginning was passed over.
            del whole[0]
            self._cut = False
        for line in whole[:-_LINES]:
            skipped += len(line) + 1
        return [_clipped(line.decode(errors="replace").rstrip("\r")) for line in whole[-_LINES:]], skipped


def _clipped(line: str) -> str:
    return line if len(line) <= _LINE else line[:_LINE] + "…"
