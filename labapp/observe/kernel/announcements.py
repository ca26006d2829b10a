"""What the operating system announced about the watched processes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(slots=True)
class Announced:
    """What happened since the last question; a sample tells the rest."""

    changed: bool = False
    exits: dict[int, int | None] = field(default_factory=dict)
    """How each process ended: an exit status, a negative signal, or None where the system does not tell."""
    forked: bool = False
    """Whether a process was born."""


class Announcer(Protocol):
    """A source of announcements."""

    @property
    def announces_forks(self) -> bool:
        """Whether births are announced, or have to be looked for."""

    def fileno(self) -> int:
        """Return the descriptor that is readable when something was announced."""

    def watch(self, pids: Collection[int]) -> None:
        """Announce from now on what happens to these processes, and to no others."""

    def read(self) -> Announced:
        """Return what was announced since the last call."""

    def close(self) -> None:
        """Stop listening."""
