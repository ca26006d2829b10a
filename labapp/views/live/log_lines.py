"""What a line of a server's log says: who wrote it, how grave it is, and the message without its preamble."""

from __future__ import annotations

import re
import signal
from dataclasses import dataclass

# [2026-11-20 23:49:30 +0000] [3307] [INFO] Booting worker with pid: 3307
GUNICORN = re.compile(
    r"\[\d{4}-\d\d-\d\d (?P<time>\d\d:\d\d:\d\d) [+-]\d{4}\] "
    r"\[(?P<pid>\d+)\] \[(?P<level>[A-Z]+)\] (?P<text>.*)"
)
# 2026/11/20 23:49:30 [notice] 123#123: start worker processes
NGINX = re.compile(
    r"\d{4}/\d\d/\d\d (?P<time>\d\d:\d\d:\d\d) \[(?P<level>[a-z]+)\] "
    r"(?P<pid>\d+)#\d+: (?:\*\d+ )?(?P<text>.*)"
)
# INFO:     Started server process [123]
UVICORN = re.compile(r"(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL): +(?P<text>.*)")

# How a master tells the death of a child: for systems that do not tell it to us.
DEATH = re.compile(
    r"Worker \(pid:(?P<pid>\d+)\) (?:was sent (?P<signal>SIG[A-Z0-9]+)|exited with code (?P<code>\d+))"
)
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

    @property
    def death(self) -> tuple[int, int] | None:
        """The pid whose death it tells, with the exit status or the signal's negative number."""
        found = DEATH.search(self.text)
        if not found:
            return None
        if found["signal"]:
            number = getattr(signal, found["signal"], None)
            return (int(found["pid"]), -int(number)) if number else None
        return int(found["pid"]), int(found["code"])


def parse(raw: str, before: LogLine | None = None) -> LogLine:
    """Read a line; `before` is the one above it, to which the lines of a traceback belong."""
    for form in (GUNICORN, NGINX, UVICORN):
        if found := form.match(raw):
            said = {"pid": "0", "time": ""} | found.groupdict()
            level = LEVELS.get(said["level"].lower(), "info")
            return LogLine(said["text"], int(said["pid"]), level, said["time"])
    if before and before.level in ("error", "critical") and TRACEBACK.match(raw):
        return LogLine(raw, before.pid, before.level, before.time)
    return LogLine(raw)
