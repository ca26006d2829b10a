"""How one kind of server writes its log: handed down by the kind, read by whoever shows or counts."""

from __future__ import annotations

import re
import signal
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class LogSyntax:
    """The forms of a line, tried in turn, and how the death of a process is told.

    A form has the groups `text` and `level`, and `pid` and `time` where the line tells them. A death has the
    group `pid`, and `signal` (`SIGKILL`) or `code`, an exit status.
    """

    forms: Sequence[re.Pattern[str]] = ()
    deaths: Sequence[re.Pattern[str]] = ()

    def death(self, text: str) -> tuple[int, int] | None:
        """Return the pid whose death a line tells, with the exit status or the signal's negative number."""
        for pattern in self.deaths:
            if found := pattern.search(text):
                if found["code"]:
                    return int(found["pid"]), int(found["code"])
                number = getattr(signal, found["signal"], None)
                return (int(found["pid"]), -int(number)) if number else None
        return None
