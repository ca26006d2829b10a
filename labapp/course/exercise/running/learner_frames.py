"""Whose code raised an exception, and on which line: the learner's, or the course's."""

from __future__ import annotations

import linecache
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType, TracebackType

import labapp

_MESSAGE = 200
_LIBRARIES = ("/site-packages/", "/dist-packages/")


@dataclass(frozen=True, slots=True)
class LearnerLine:
    """A line of the learner's code."""

    place: str
    """Such as "line 4 of `application`" or "line 12 of server.py, in `serve`"."""
    code: str
    """The line itself, without its indentation; empty where it cannot be had."""

    def __str__(self) -> str:
        return f"{self.place}: {self.code}" if self.code else self.place


class Learner:
    """Tells the learner's code from everyone else's.

    `checks` is the file of the check that runs: what stands in it is the author's. What stands in answers.py
    plays the learner's part.
    """

    def __init__(self, checks: str = "") -> None:
        self._checks = checks

    def wrote(self, code: CodeType) -> bool:
        """Tell whether this is the learner's code."""
        file = code.co_filename
        others = file == self._checks or file.startswith(_OTHERS)
        return not others and not any(folder in file for folder in _LIBRARIES)

    def in_traceback(self, trace: TracebackType | None) -> LearnerLine | None:
        """Return the innermost line of the learner's in a traceback, or None."""
        found = None
        while trace:
            if self.wrote(trace.tb_frame.f_code):
                found = locate(trace.tb_frame.f_code, trace.tb_lineno)
            trace = trace.tb_next
        return found

    def miscalled(self, error: BaseException) -> LearnerLine | None:
        """Return where the function of the learner's begins that did not take the arguments it was given."""
        trace = error.__traceback__
        while trace and trace.tb_next:
            trace = trace.tb_next
        if trace is None or type(error) is not TypeError:
            return None
        # Python names the function, "health() takes 1 positional argument", and has made no frame of it.
        name = describe(error).removeprefix("TypeError: ").partition("() ")[0]
        for value in trace.tb_frame.f_locals.values():
            # What the learner's objects do when they are looked at is not known.
            with suppress(Exception):
                code = getattr(value, name.rpartition(".")[2], value).__code__
                if code.co_qualname == name and self.wrote(code):
                    return locate(code, code.co_firstlineno)
        return None

    def on_stack(self, frame: FrameType | None, until: FrameType | None) -> Iterator[FrameType]:
        """Yield the learner's frames from `frame`, the innermost, down to `until`, which is not looked at."""
        while frame and frame is not until:
            if self.wrote(frame.f_code):
                yield frame
            frame = frame.f_back


def describe(error: BaseException) -> str:
    """Return an exception as one line: its type and the beginning of what it says."""
    try:
        message = " ".join(str(error).split())
    except Exception:
        message = ""
    if len(message) > _MESSAGE:
        message = message[: _MESSAGE - 1] + "…"
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def locate(code: CodeType, line: int) -> LearnerLine:
    """Return a line of code as the learner knows it."""
    path = Path(code.co_filename)
    name = code.co_name
    text = linecache.getline(code.co_filename, line).strip()
    # A cell's file has a name that says nothing, and another on every run.
    if code.co_filename.startswith("<") or path.parent.name.startswith("ipykernel_"):
        place = f"line {line} of the cell" if name == "<module>" else f"line {line} of the cell, in {name}"
    else:
        place = f"line {line} of {path.name}" + ("" if name == "<module>" else f", in {name}")
    return LearnerLine(place, text)


def _others() -> tuple[str, ...]:
    folders = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib")}
    folders |= {str(Path(file).parent) for file in (labapp.__file__, sysconfig.__file__) if file}
    # "<string>" is where dataclasses and the like write their code.
    return ("<frozen ", "<string>", *(f"{folder}/" for folder in sorted(folders)), f"{sys.prefix}/lib/")


_OTHERS = _others()
