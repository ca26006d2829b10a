"""Python's tracebacks in a log: the exception and one's own lines matter, the frames of libraries do not."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_START = "Traceback (most recent call last):"
_GROUP = "Exception Group Traceback (most recent call last):"
_BAR = re.compile(r"\s*[|+] ?")  # Before each line of the traceback of an exception group.
# Between a traceback and the one of the exception that came of it.
_CHAINED = (
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:",
)
_FRAME = re.compile(r'  File "(?P<file>[^"]+)", line (?P<line>\d+)')
_LIBRARY = re.compile(r"<frozen |.*/(site-packages|lib/python3\.\d+|bin)/")


@dataclass(frozen=True)
class Traceback:
    """One traceback: its exception (`ValueError: no database`), the last place outside libraries, if any."""

    exception: str
    file: str = ""
    line: int = 0

    @property
    def kind(self) -> str:
        """The exception's class."""
        return self.exception.partition(":")[0]

    @property
    def message(self) -> str:
        """The exception's own words."""
        return self.exception.partition(":")[2].strip()

    @property
    def place(self) -> str:
        """The place as people say it: `shop.py, line 3`; empty if there is none."""
        return place_of(self.file, self.line) if self.file else ""

    @property
    def told(self) -> str:
        """The exception and its place: `ValueError: no database; see shop.py, line 3`."""
        return f"{self.exception.rstrip('.')}{f'; see {self.place}' if self.file else ''}"


def read_tracebacks(lines: Sequence[str]) -> Iterator[Traceback]:
    """Yield the tracebacks of a log in order; of exceptions that came of one another, the last one only.

    A program that is no valid Python is told by a lone frame, without the line that begins a traceback.
    """
    inside, file, line, group = False, "", 0, False
    pending: Traceback | None = None
    for raw in lines:
        if raw.strip() == f"+ {_GROUP}":
            inside, file, line, group = True, "", 0, True
            continue
        text = _BAR.sub("", raw, count=1) if group and inside else raw
        if text.strip().lstrip("[") == _START:
            inside, file, line, group = True, "", 0, False
        elif text.strip() in _CHAINED:
            pending = None
        elif frame := _FRAME.match(text):
            if not inside and frame.end() == len(text):
                inside, file, line, group = True, "", 0, False
            if not is_library(frame["file"]):
                file, line = frame["file"], int(frame["line"])
        elif inside and text and not text.startswith(" "):
            inside = False
            if pending:
                yield pending
            pending = Traceback(text, file, line)
    if pending:
        yield pending


def place_of(file: str, line: int) -> str:
    """Return a place as people say it: `shop.py, line 3`, or `shop/__init__.py, line 3`."""
    path = Path(file)
    return f"{'/'.join(path.parts[-2:]) if path.stem == '__init__' else path.name}, line {line}"


def is_library(file: str) -> bool:
    """Whether a file belongs to Python or to a package, and so is not the learner's own."""
    return _LIBRARY.match(file) is not None


def without_library_frames(lines: Sequence[str]) -> list[str]:
    """Return the lines of a log with each run of frames inside libraries shortened to an ellipsis."""
    kept: list[str] = []
    inside = skipping = False
    for text in lines:
        frame = _FRAME.match(text)
        inside = text.strip().lstrip("[") == _START or (inside and (text.startswith(" ") or not text))
        skipping = inside and text.startswith(" ") and (skipping if not frame else is_library(frame["file"]))
        if not skipping:
            kept.append(text)
        elif frame and kept[-1:] != ["  …"]:
            kept.append("  …")
    return kept
