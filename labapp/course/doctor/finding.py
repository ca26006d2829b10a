"""What the preflight found about one thing that the lessons need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: in order, worth a note, or amiss with the command that mends it."""

    subject: str
    state: Literal["fine", "note", "amiss"]
    seen: str
    mend: str = ""

    @classmethod
    def fine(cls, subject: str, seen: str) -> Self:
        """It is as the lessons need it."""
        return cls(subject, "fine", seen)

    @classmethod
    def note(cls, subject: str, seen: str, mend: str = "") -> Self:
        """It is missing or different, and every lesson can do without it."""
        return cls(subject, "note", seen, mend)

    @classmethod
    def amiss(cls, subject: str, seen: str, mend: str) -> Self:
        """A lesson would fail on it; `mend` is the command to run."""
        return cls(subject, "amiss", seen, mend)

    def __str__(self) -> str:
        line = f"{self.state:<5} {self.subject}: {self.seen}"
        return f"{line}\n      mend it with: {self.mend}" if self.mend else line
