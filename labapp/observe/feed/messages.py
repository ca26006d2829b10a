"""The messages that a feed sends to its subscribers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from labapp.observe.kernel import Process
from labapp.observe.server_events import RequestEnds, ServerEvent, flat


@dataclass(frozen=True, slots=True)
class TreeChanged:
    """The processes below the root, unnamed, at a time of the monotonic clock in seconds."""

    at: float
    processes: list[Process]


@dataclass(frozen=True, slots=True)
class Exited:
    """A process ended: with an exit status, by a signal (negative), None where nobody tells."""

    pid: int
    status: int | None


@dataclass(frozen=True, slots=True)
class LogLines:
    """Lines added to the log; `skipped` bytes before them were passed over in a burst."""

    lines: list[str]
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class ServerEvents:
    """What the server's processes said of themselves; `malformed` lines were no events."""

    told: Sequence[ServerEvent | RequestEnds]
    """It in order, where the ends of many requests may stand together."""
    malformed: int = 0

    @property
    def events(self) -> list[ServerEvent]:
        """Each event of it."""
        return list(flat(self.told))


@dataclass(frozen=True, slots=True)
class FeedEnded:
    """Nothing follows, for this reason."""

    reason: str = ""


FeedMessage = TreeChanged | Exited | LogLines | ServerEvents | FeedEnded
Callback = Callable[[FeedMessage], None]
