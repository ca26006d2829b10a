"""A launch that went wrong, and what a reading of it says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labapp.servers.diagnosis.stacks import Stack


class Hopeless(Enum):
    """Why a server that runs will never answer."""

    REBORN = auto()
    """Its workers end as soon as they start, and are started again."""
    STRANGER = auto()
    """A worker is busy with a server of its own, on another socket than its master's."""
    IDLE = auto()
    """Its master listens, and has started no worker."""
    LEFT = auto()
    """It has failed, and a process that it had started lives on."""
    GIVEN_UP = auto()
    """It starts a program no more that has ended again and again."""
    UNLOADED = auto()
    """It answers, and not by the application, which could not be loaded."""
    FLOOD = auto()
    """It fills its log before it answers."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A launch that went wrong: what the server wrote, how it ended, what it listened on."""

    log: str
    status: int | None
    timeout: float | None = None
    listening: tuple[str, ...] = ()
    errno: int | None = None
    hopeless: Hopeless | None = None
    strangers: tuple[str, ...] = ()
    """Where its workers listen, and its master does not."""
    stack: Stack | None = None
    """Where it stood when it was given up."""
    written: int = 0
    """How many bytes of log there were, of which `log` may be the beginning and the end."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What went wrong, in one sentence, and in another what to try."""

    summary: str
    advice: str
    excerpt: tuple[str, ...] = ()
    """Lines that show it."""
