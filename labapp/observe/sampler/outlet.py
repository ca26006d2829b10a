"""A pipe that is written without ever waiting for its reader."""

from __future__ import annotations

import os


class Outlet:
    """Writes to `descriptor` what it takes, and keeps the rest; raises BrokenPipeError when nobody reads."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._rest = b""
        os.set_blocking(descriptor, False)

    @property
    def full(self) -> bool:
        """Whether the reader is behind: then there is no point in saying more."""
        return bool(self._rest)

    def fileno(self) -> int:
        """Return the descriptor that is writable when the reader has made room."""
        return self._descriptor

    def write(self, data: bytes) -> None:
        """Write `data` after what is left from before."""
        self._rest += data
        self.flush()

    def flush(self) -> None:
        """Write what is left, as far as there is room."""
        while self._rest:
            try:
                self._rest = self._rest[os.write(self._descriptor, self._rest) :]
            except BlockingIOError:
                return
