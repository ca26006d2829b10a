"""The one parser of `/proc/PID/stat` (Linux)."""

from __future__ import annotations

import os
from typing import NamedTuple

_TICKS = os.sysconf("SC_CLK_TCK")


class Stat(NamedTuple):
    """What `/proc/PID/stat` says of a process or a thread."""

    command: str
    """The short name of the program."""
    state: str
    """The kernel's letter."""
    ppid: int
    session: int
    ticks: int
    """Processor time in user and kernel mode, in clock ticks (`SC_CLK_TCK` of them are a second)."""
    threads: int
    started: float
    """Seconds since boot, in hundredths."""
    pages: int
    """Resident memory."""
    image: int
    """Where the code of its program begins: equal after a fork, another after an exec; 0 once it ends."""

    @property
    def ended(self) -> bool:
        """Whether it has ended, though its parent may not have reaped it yet."""
        return self.state in "ZXx"


def parse_stat(data: bytes) -> Stat:
    """Return what the file's content says; the name of the program may hold blanks and parentheses."""
    end = data.rindex(b")")
    fields = data[end + 2 :].split(None, 26)
    return Stat(
        data[data.index(b"(") + 1 : end].decode(errors="replace"),
        fields[0].decode(),
        int(fields[1]),
        int(fields[3]),
        int(fields[11]) + int(fields[12]),
        int(fields[17]),
        int(fields[19]) / _TICKS,
        int(fields[21]),
        int(fields[25]),
    )


def read_stat(pid: int) -> Stat | None:
    """Return what there is to say of a process, or a thread; None when it is gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123 (the sampler starts sooner without pathlib)
            return parse_stat(file.read())
    except (FileNotFoundError, ProcessLookupError):
        return None
