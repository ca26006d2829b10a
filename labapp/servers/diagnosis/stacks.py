"""Where a Python program stands that does not come on: it is asked by a signal, if it was made to answer."""

import re
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from labapp.observe.kernel import Process
from labapp.servers.diagnosis.tracebacks import is_library, place_of
from labapp.servers.signals import send_signal

# The one who starts up has Python's fault handler answer it; whoever does not, ignores it.
ASKING = "URG"
PATIENCE = 1.0  # Seconds in which the answer must have come.
POLL = 0.02
_HEAD = re.compile(r"^.+ \(most recent call first\):$")
_FRAME = re.compile(r'^  File "(?P<file>.+)", line (?P<line>\d+) in (?P<function>.+)$')


@dataclass(frozen=True, slots=True)
class Frame:
    """A line at which a program stands, and the function that it belongs to."""

    file: str
    line: int
    function: str

    @property
    def place(self) -> str:
        """The place as people say it: `shop.py, line 3`."""
        return place_of(self.file, self.line)

    def __str__(self) -> str:
        return f"{self.place}, in {self.function}"


@dataclass(frozen=True, slots=True)
class Stack:
    """The stack of a program's main thread, but for the frames of libraries: the innermost last."""

    frames: tuple[Frame, ...]
    importing: bool

    @property
    def place(self) -> str:
        """Where it stands."""
        return self.frames[-1].place

    @property
    def imported(self) -> str:
        """The module that is being imported; empty if none is."""
        return Path(self.frames[0].file).stem if self.importing else ""


def stack_of(process: Process, log: Callable[[], str]) -> Stack | None:
    """Have a process write its stack into its log; None where it does not answer."""
    if not _answers(process.pid):
        return None
    before = len(log())
    try:
        send_signal(process.pid, process.started, ASKING)
    except ProcessLookupError:
        return None
    deadline = time.monotonic() + PATIENCE
    told = ""
    while time.monotonic() < deadline:
        time.sleep(POLL)
        sofar, told = told, log()[before:]
        if told and told == sofar:
            break
    return read_stack(told)


def read_stack(text: str) -> Stack | None:
    """Return the last stack of a dump, the main thread's; None if none of the learner's code is in it."""
    frames: list[Frame] = []
    importing = False
    for line in text.splitlines():
        if _HEAD.match(line):
            frames, importing = [], False
        elif found := _FRAME.match(line):
            importing = importing or found["file"].startswith("<frozen importlib")
            if not is_library(found["file"]):
                frames.append(Frame(found["file"], int(found["line"]), found["function"]))
    return Stack(tuple(reversed(frames)), importing) if frames else None


def _answers(pid: int) -> bool:
    """Whether a process handles the signal."""
    if sys.platform != "linux":
        return False
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    caught = re.search(r"^SigCgt:\s*([0-9a-f]+)$", status, re.MULTILINE)
    return caught is not None and bool(int(caught[1], 16) >> (signal.SIGURG - 1) & 1)
