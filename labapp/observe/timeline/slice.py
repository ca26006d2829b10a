"""A part of a server's time: what happened in it, in order, and which requests were under way."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence, Sized
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, overload

from labapp.arguments import NUMBER, SECONDS, Expected, takes
from labapp.observe.timeline.events import Event, ProcessLife
from labapp.observe.timeline.requests import Request

if TYPE_CHECKING:
    import pandas

COLUMNS = (
    "method",
    "path",
    "query",
    "worker",
    "thread",
    "pid",
    "begin",
    "end",
    "duration",
    "waited",
    "status",
)

# Said in so many words: a column of which nothing is known would be one of objects.
TYPES = {"begin": float, "end": float, "duration": float, "waited": float, "status": "Int64"}


class Sent(Protocol):
    """What came of a load, such as `lab.load` returns."""

    @property
    def began(self) -> float:
        """When it began, on the monotonic clock."""

    @property
    def seconds(self) -> float:
        """How long it lasted."""

    @property
    def answered(self) -> Sized:
        """What was answered."""


LOAD = Expected(
    "what lab.load returned",
    lambda value: all(hasattr(value, name) for name in ("began", "seconds", "answered")),
)


@dataclass(frozen=True, repr=False)
class TimelineSlice(Sequence[Event]):
    """An immutable part of a timeline. Times are seconds of the monotonic clock, for every source alike."""

    events: tuple[Event, ...] = ()
    served: tuple[Request, ...] = ()
    lives: tuple[ProcessLife, ...] = ()
    """The server's processes, as long as each lived."""
    begin: float = 0.0
    """When it begins: with its first event, or as it was cut out."""
    end: float = 0.0
    dropped: int = 0
    """How many events the server's processes could not send, in all: the lab was too slow to take them."""
    malformed: int = 0
    """How many lines came that were no events, in all."""
    forgotten: int = 0
    """How many events were let go to make room for later ones, in all."""
    unseen: str = ""
    """Whose requests cannot be known, and why; empty where all can."""

    def requests(self) -> list[Request]:
        """Return the requests in the order in which they began; those under way have no end yet."""
        return list(self.served)

    def by_worker(self) -> dict[str, list[Request]]:
        """Return the requests of each worker that served any, by its label: `W1`, `W2`."""
        found: dict[str, list[Request]] = {}
        for label in sorted({request.worker for request in self.served}, key=_in_order):
            found[label] = [request for request in self.served if request.worker == label]
        return found

    @takes(first=NUMBER, last=NUMBER)
    def between(self, first: float, last: float) -> TimelineSlice:
        """Return what happened from `first` until `last`, by `time.monotonic()`, and who was served then."""
        events = tuple(event for event in self.events if first <= event.at < last)
        served = tuple(request for request in self.served if request.overlaps(first, last))
        lives = tuple(
            life for life in self.lives if life.begin < last and (life.end is None or life.end >= first)
        )
        return replace(self, events=events, served=served, lives=lives, begin=first, end=last)

    @takes(seconds=SECONDS)
    def last(self, seconds: float) -> TimelineSlice:
        """Return what happened in the last seconds of it."""
        # Half open: the last event itself is to be in it.
        return self.between(max(self.begin, self.end - seconds), math.nextafter(self.end, math.inf))

    @takes(load=LOAD)
    def during(self, load: Sent) -> TimelineSlice:
        """Return what happened while a load was sent, and a little before and after."""
        margin = load.seconds / 50
        return self.between(load.began - margin, load.began + load.seconds + margin)

    @property
    def under_way(self) -> float:
        """How many requests were being served in it, on average over its time."""
        if self.end <= self.begin:
            return 0.0
        spans = (
            min(self.end, self.end if one.until is None else one.until) - max(self.begin, one.begin)
            for one in self.served
        )
        return sum(spans) / (self.end - self.begin)

    def to_frame(self) -> pandas.DataFrame:
        """Return the requests as a pandas frame; begin and end in seconds since the part began."""
        try:
            import pandas as pd  # noqa: PLC0415 (slow to import, and not needed but here)
        except ImportError:
            raise ImportError(
                "A frame needs pandas, which the lab can do without: %pip install pandas, then try again."
            ) from None
        rows = [
            [
                *(request.method, request.path, request.query, request.worker, request.thread, request.pid),
                request.begin - self.begin,
                None if request.end is None else request.end - self.begin,
                *(request.duration, request.waited, request.status),
            ]
            for request in self.served
        ]
        return pd.DataFrame(rows, columns=list(COLUMNS)).astype(TYPES)

    def __len__(self) -> int:
        return len(self.events)

    @overload
    def __getitem__(self, index: int) -> Event: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Event, ...]: ...
    def __getitem__(self, index: int | slice) -> Event | tuple[Event, ...]:
        return self.events[index]

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    @property
    def summary(self) -> str:
        """What there is in it, counted."""
        workers = len({request.pid for request in self.served})
        by = f" by {_count(workers, 'worker')}" if workers else ""
        passed = sum(request.via is not None for request in self.served)
        sent = _count(len(self.served) - passed, "request")
        parts = [sent + by] if self.served or not self.unseen else []
        parts += [f"{passed} passed on"] if passed else []
        flying = sum(request.until is None for request in self.served)
        lost = sum(request.cut is not None for request in self.served)
        parts += [f"{flying} under way"] if flying else []
        parts += [f"{lost} cut off"] if lost else []
        for kind, words in (("started", "start"), ("ended", "end"), ("signal", "signal")):
            if number := sum(event.kind == kind for event in self.events):
                parts.append(_count(number, words))
        for number, what in (
            (self.dropped, "dropped"),
            (self.malformed, "malformed"),
            (self.forgotten, "forgotten"),
        ):
            parts += [f"{number} {what}"] if number else []
        return ", ".join([*parts, *([f"requests not seen {self.unseen}"] if self.unseen else [])])

    def __str__(self) -> str:
        from labapp.observe.timeline.text import draw  # noqa: PLC0415 (only what is printed is paid for)

        return draw(self)

    def __repr__(self) -> str:
        return f"<Timeline: {self.summary}>"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number:,} {noun}s"


def _in_order(label: str) -> tuple[str, int]:
    """Sort W2 before W10."""
    found = re.fullmatch(r"(\D*)(\d*)", label)
    return (found[1], int(found[2] or 0)) if found else (label, 0)
