"""What a line of a server's log says: who wrote it, how grave it is, and the message without its preamble."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labapp.observe import LogSyntax

TRACEBACK = re.compile(r"\s|Traceback \(most recent call last\):|[\w.]*(Error|Exception|Exit|Interrupt)\b")

LEVELS = {
    "notice": "info",
    "warn": "warning",
    "error": "error",
    "crit": "critical",
    "critical": "critical",
    "alert": "critical",
    "emerg": "critical",
    "warning": "warning",
    "debug": "debug",
    "trace": "debug",
}


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line: `pid` is 0 and `time` empty where it does not tell; `level` is Python's, in small letters."""

    text: str
    pid: int = 0
    level: str = "info"
    time: str = ""


def parse(raw: str, syntax: LogSyntax, before: LogLine | None = None) -> LogLine:
    """Read a line; `before` is the one above it, to which the lines of a traceback belong."""
    for form in syntax.forms:
        if found := form.match(raw):
            said = {"pid": "0", "time": ""} | found.groupdict()
            level = LEVELS.get(said["level"].lower(), "info")
            return LogLine(said["text"], int(said["pid"]), level, said["time"])
    if before and before.level in ("error", "critical") and TRACEBACK.match(raw):
        return LogLine(raw, before.pid, before.level, before.time)
    return LogLine(raw)
