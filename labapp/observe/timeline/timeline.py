"""Everything that happens to one server, from its launch on, in one order of time.

It is told by the feed, whose side process takes in what the operating system announces and what the server's
processes send: a kernel that burns the processor would leave a socket of its own unread, and lose events.
Here one thread of the feed adds them, a batch at a time; whoever asks gets an immutable `TimelineSlice`.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from threading import Condition, RLock
from typing import TYPE_CHECKING

from labapp.arguments import COUNT, FUNCTION, NOTHING, NUMBER, SECONDS, takes
from labapp.observe.feed import (
    Exited,
    FeedEnded,
    FeedMessage,
    LogLines,
    ServerEvents,
    TreeChanged,
)
from labapp.observe.log_syntax import LogSyntax
from labapp.observe.timeline.events import Event
from labapp.observe.timeline.requests import Request
from labapp.observe.timeline.slice import LOAD, Sent, TimelineSlice
from labapp.observe.timeline.store import EventStore

if TYPE_CHECKING:
    import pandas

    from labapp.observe.feed import Feed
    from labapp.observe.roles import Roles

SHOWN = 60.0  # seconds, of a timeline that is shown as a whole


class Timeline:
    """The events of the operating system, of the server itself, and the signals that the lab sent.

    `server` is what an event of the server itself names as its source; `log_syntax` how the log tells deaths;
    `unseen` which requests cannot be known now, and why; `silence` why none has been told of, while none has.
    It grows while the server lives, and stays as it was when the server has ended. The last 100,000 events
    are kept; `forgotten` says how many were let go. Any thread may ask.

    Requests count that begin after it was made: those before are the lab's own, asking whether the server
    answers.
    """

    def __init__(
        self,
        roles: Roles,
        server: str = "server",
        log_syntax: LogSyntax | None = None,
        unseen: Callable[[], str] = str,
        silence: str = "",
    ) -> None:
        self._unseen, self._silence = unseen, silence
        self._store = EventStore(roles, server, log_syntax or LogSyntax())
        self._followed = self._over = False
        self._state = Condition(RLock())
        self._version = 0
        self._known: tuple[int, TimelineSlice] = (-1, TimelineSlice())

    # What happens.

    def follow(self, feed: Feed) -> None:
        """Subscribe to a feed, unless it is subscribed to one already."""
        with self._state:
            if not self._followed or self._over:
                self._over = False
                feed.subscribe(self.on_message)
                self._followed = True

    def finish(self, timeout: float) -> None:
        """Wait for the end of the feed, at most so many seconds."""
        with self._state:
            self._state.wait_for(lambda: self._over or not self._followed, timeout)

    def on_message(self, message: FeedMessage) -> None:
        """Keep what the feed says."""
        with self._state:
            match message:
                case ServerEvents():
                    self._store.on_server_events(message)
                case TreeChanged():
                    self._store.on_tree(message)
                case Exited(pid, int(status)):
                    self._store.on_exit(pid, status)
                case LogLines():
                    self._store.on_log(message.lines)
                case FeedEnded():
                    self._over = True
            self._changed()

    def on_signal(self, pid: int, started: float, number: signal.Signals, at: float) -> None:
        """Keep that the lab sent a signal, if it was to one of this server's processes."""
        with self._state:
            self._store.on_signal((pid, started), number, at)
            self._changed()

    def on_sent(self, port: int, at: float) -> None:
        """Keep that a client sent a request at `at`, from this port: then `waited` can be told."""
        with self._state:
            self._store.on_sent(port, at)
            self._changed()

    def _changed(self) -> None:
        self._version += 1
        self._state.notify_all()

    # What it is asked.

    def now(self) -> TimelineSlice:
        """Return all that is known now, as a value that does not change any more."""
        with self._state:
            version, known = self._known
            if version != self._version:
                known = self._store.sum_up()
                self._known = self._version, known
        # Whoever is served still is served until now.
        unseen = self._unseen() or ("" if self._store.heard else self._silence)
        if unseen != known.unseen:
            known = replace(known, unseen=unseen)
        flying = any(request.until is None for request in known.served)
        return replace(known, end=time.monotonic()) if flying else known

    @takes(condition=FUNCTION | NOTHING, requests=COUNT | NOTHING, timeout=SECONDS)
    def wait_for(
        self,
        condition: Callable[[TimelineSlice], object] | None = None,
        *,
        requests: int | None = None,
        timeout: float = 5.0,
    ) -> TimelineSlice:
        """Wait until so many requests have been answered, or a condition holds; return what is known then.

        What happens in the server takes a moment to be known here. `TimeoutError`, after `timeout` seconds,
        says what was known instead.
        """
        if (condition is None) == (requests is None):
            raise TypeError("Wait for requests=10, or for a condition on the timeline: one of the two.")

        def holds() -> bool:
            return bool(condition(self.now())) if condition else self._store.answered >= (requests or 0)

        with self._state:
            if not self._state.wait_for(holds, timeout):
                answered = f"{self._store.answered} of {requests} answered"
                what = "the condition did not hold" if condition else answered
                raise TimeoutError(f"After {timeout:g} s {what}: {self.now().summary}.")
            return self.now()

    def requests(self) -> list[Request]:
        """Return the requests in the order in which they began; those under way have no end yet."""
        return self.now().requests()

    def by_worker(self) -> dict[str, list[Request]]:
        """Return the requests of each worker that served any, by its label: `W1`, `W2`."""
        return self.now().by_worker()

    @takes(first=NUMBER, last=NUMBER)
    def between(self, first: float, last: float) -> TimelineSlice:
        """Return what happened from `first` until `last`, by `time.monotonic()`, and who was served then."""
        return self.now().between(first, last)

    @takes(seconds=SECONDS)
    def last(self, seconds: float) -> TimelineSlice:
        """Return what happened in the last seconds that are known."""
        return self.now().last(seconds)

    @takes(load=LOAD, timeout=SECONDS)
    def during(self, load: Sent, timeout: float = 1.0) -> TimelineSlice:
        """Return what happened while a load was sent (what `lab.load` returned) when all of it is known.

        The last answers take a moment to be known here; after `timeout` seconds, return what there is.
        """

        def known_whole(known: TimelineSlice) -> bool:
            ends = sum(request.end is not None for request in known.during(load).served)
            return ends >= len(load.answered)

        with suppress(TimeoutError):
            self.wait_for(known_whole, timeout=timeout)
        return self.now().during(load)

    def to_frame(self) -> pandas.DataFrame:
        """Return the requests as a pandas frame; begin and end in seconds since the first event."""
        return self.now().to_frame()

    @property
    def events(self) -> tuple[Event, ...]:
        """All events, in order of time."""
        return self.now().events

    @property
    def since(self) -> float:
        """When it was made: requests that began before do not count."""
        return self._store.since

    @property
    def dropped(self) -> int:
        """How many events the server's processes could not send: the lab was too slow to take them."""
        return self._store.dropped

    @property
    def malformed(self) -> int:
        """How many lines came that were no events."""
        return self._store.malformed

    @property
    def forgotten(self) -> int:
        """How many events were let go to make room for later ones."""
        return self._store.forgotten

    def __len__(self) -> int:
        return len(self._store)

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def __str__(self) -> str:
        return str(self.last(SHOWN))

    def __repr__(self) -> str:
        return repr(self.now())
