"""What a server wrote to its standard output and error."""

import os
import re
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Lock

from labapp.arguments import COUNT, SECONDS, Expected, takes
from labapp.servers.wording import shortened

POLL = 0.01
MOST = 1 << 20  # Bytes of a log that is written elsewhere.
KEPT = 32 << 20  # Bytes of a server's log that are kept: of what came before, no more than the file has.
PART = 256 << 10  # Bytes of its beginning, and of its end, that tell why a launch fails.


def _is_expression(value: object) -> bool:
    try:
        re.compile(value)  # type: ignore[call-overload]
    except (TypeError, re.error):
        return False
    return True


EXPRESSION = Expected("a regular expression, such as 'Booting worker'", _is_expression)


class Excerpt(str):
    """Text that a notebook shows as it is, without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class Log:
    """The log of one server; still readable when the server and its directory are gone.

    Of one that has grown beyond all reading it is the end.
    """

    def __init__(self, path: Path, ended: Callable[[], bool]) -> None:
        self._ended = ended
        self._file = os.open(path, os.O_RDONLY)
        self._kept = bytearray()
        self._place = 0  # In the file: up to where it was read.
        self._forgotten = 0  # Lines that were read, and are kept no more.
        self._lock = Lock()

    @property
    def text(self) -> str:
        """All of it, so far; the last 32 MiB where it is longer, or less of them."""
        return self._read_on()[0]

    @property
    def lines(self) -> list[str]:
        """All of that, line by line."""
        return self.text.splitlines()

    @takes(count=COUNT)
    def tail(self, count: int = 10) -> Excerpt:
        """Return its last lines, ten unless told."""
        return Excerpt("\n".join(self.lines[-count:] if count > 0 else []))

    @takes(pattern=EXPRESSION, timeout=SECONDS, since=COUNT)
    def wait_for(self, pattern: str, timeout: float = 10.0, *, since: int = 0) -> Excerpt:
        """Wait for a line that matches a regular expression, after the first `since` lines, and return it.

        `TimeoutError` if none came in `timeout` seconds, or none can come because the server has ended.
        """
        expression = re.compile(pattern)
        deadline = time.monotonic() + timeout
        since += self._forgotten
        while True:
            ended = self._ended()
            text, forgotten = self._read_on()
            for line in text.splitlines()[max(0, since - forgotten) :]:
                if expression.search(line):
                    return Excerpt(line)
            if ended or time.monotonic() > deadline:
                why = "the server has ended" if ended else f"{timeout:g} s have passed"
                last = "\n".join(map(shortened, self.tail().splitlines()))
                raise TimeoutError(
                    f"No line of the log matches {pattern!r}, and {why}. It ends with:\n{last}"
                )
            time.sleep(POLL)

    def close(self) -> None:
        """Read it a last time, and let go of its file."""
        self._read_on()
        with self._lock:
            if self._file >= 0:
                os.close(self._file)
                self._file = -1

    @property
    def size(self) -> int:
        """How many bytes there are in it, so far."""
        with self._lock:
            return os.fstat(self._file).st_size if self._file >= 0 else self._place

    @property
    def gist(self) -> str:
        """Its beginning and its end; all of it where it is not long."""
        with self._lock:
            if self._file < 0 or (size := os.fstat(self._file).st_size) <= 2 * PART:
                parts = []
            else:
                parts = [os.pread(self._file, PART, place) for place in (0, size - PART)]
        return b"\n".join(parts).decode(errors="replace") or self.text

    def _read_on(self) -> tuple[str, int]:
        """Read what is there now, and no more: some write faster than anybody reads.

        It returns what is kept, and how many lines before it were read.
        """
        with self._lock:
            size = os.fstat(self._file).st_size if self._file >= 0 else 0
            if size - self._place > KEPT:
                self._forget(len(self._kept))
                self._place = size - KEPT
            while self._place < size and (more := self._at_most(size - self._place)):
                self._kept += more
                self._place += len(more)
            if len(self._kept) > KEPT:
                self._forget(self._kept.find(b"\n", len(self._kept) - KEPT // 2) + 1)
            return self._kept.decode(errors="replace"), self._forgotten

    def _at_most(self, count: int) -> bytes:
        return os.pread(self._file, min(count, 1 << 20), self._place)

    def _forget(self, count: int) -> None:
        self._forgotten += len(self._kept[:count].decode(errors="replace").splitlines())
        del self._kept[:count]

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text.rstrip("\n")


class OtherLogs:
    """What comes to the files that a server writes its log to by itself, from now on.

    Of a folder it is what comes to any file in it.
    """

    def __init__(self, paths: Iterable[Path]) -> None:
        given = list(paths)
        self._folders = [path for path in given if path.is_dir()]
        self._sizes = {path: path.stat().st_size if path.is_file() else 0 for path in given}

    @property
    def text(self) -> str:
        """All of it, so far; nothing of a file that cannot be read."""
        within = {file: 0 for folder in self._folders for file in sorted(folder.iterdir())}
        return "".join(self._added(path, size) for path, size in {**within, **self._sizes}.items())

    def _added(self, path: Path, size: int) -> str:
        try:
            with path.open("rb") as file:
                file.seek(size if size <= path.stat().st_size else 0)
                return file.read(MOST).decode(errors="replace")
        except OSError:
            return ""
