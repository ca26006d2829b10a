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
    """The log of one server; still readable when the server and its directory are gone."""

    def __init__(self, path: Path, ended: Callable[[], bool]) -> None:
        self._ended = ended
        self._file = os.open(path, os.O_RDONLY)
        self._read = b""
        self._lock = Lock()

    @property
    def text(self) -> str:
        """All of it, so far."""
        self._read_on()
        return self._read.decode(errors="replace")

    @property
    def lines(self) -> list[str]:
        """All of it, line by line."""
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
        while True:
            ended = self._ended()
            for line in self.lines[since:]:
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

    def _read_on(self) -> None:
        with self._lock:
            while self._file >= 0 and (more := os.pread(self._file, 1 << 20, len(self._read))):
                self._read += more

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
