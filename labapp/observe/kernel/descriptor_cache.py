"""Files below `/proc` kept open and read again and again: half the price of opening them each time."""

from __future__ import annotations

import errno
import os
import resource

# The kernel writes these files by the page; an answer nearly this long may go on.
_CHUNK = 4096
_FULL = _CHUNK - 96


class DescriptorCache:
    """Opens files below `proc`, keeping at most `budget` of them; beyond it each read opens anew."""

    def __init__(self, proc: str, budget: int | None = None) -> None:
        self.proc = proc
        self._left = _default_budget() if budget is None else budget

    def open(self, path: str) -> int:
        """Return a descriptor to keep, or -1 when the budget is spent; OSError when the file is gone."""
        if self._left <= 0:
            return -1
        try:
            descriptor = os.open(f"{self.proc}/{path}", os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            if error.errno not in (errno.EMFILE, errno.ENFILE):
                raise
            self._left = 0
            return -1
        self._left -= 1
        return descriptor

    def close(self, descriptor: int) -> None:
        """Give back a descriptor of `open`."""
        if descriptor >= 0:
            os.close(descriptor)
            self._left += 1

    def read(self, descriptor: int, path: str) -> bytes:
        """Return what the file says now; nothing when what it spoke of is gone."""
        try:
            if descriptor >= 0:
                data = os.pread(descriptor, _CHUNK, 0)
                return data if len(data) < _FULL else data + _rest(descriptor, len(data))
            descriptor = os.open(f"{self.proc}/{path}", os.O_RDONLY | os.O_CLOEXEC)
            try:
                return _rest(descriptor, 0)
            finally:
                os.close(descriptor)
        except (FileNotFoundError, ProcessLookupError):
            return b""

    def read_once(self, path: str) -> bytes:
        """Return what the file says; nothing when it is gone or not this user's to read."""
        try:
            return self.read(-1, path)
        except PermissionError:
            return b""

    def names(self, path: str) -> list[int]:
        """Return the numbers by which a folder's files go, in order; none when it is gone."""
        try:
            return sorted(map(int, os.listdir(f"{self.proc}/{path}")))  # noqa: PTH208 - once per read
        except (FileNotFoundError, ProcessLookupError):
            return []


def _rest(descriptor: int, offset: int) -> bytes:
    parts = []
    while data := os.pread(descriptor, _CHUNK, offset):
        parts.append(data)
        offset += len(data)
    return b"".join(parts)


def _default_budget() -> int:
    """Leave most descriptors to the rest of the process that reads."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 100_000 if soft == resource.RLIM_INFINITY else soft // 4
