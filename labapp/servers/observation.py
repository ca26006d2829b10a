"""What is seen of a server while it runs: the feed, and the timeline that is kept from it."""

import socket
import time
from contextlib import suppress
from threading import RLock, Thread
from typing import TYPE_CHECKING

from labapp.observe import Tree
from labapp.servers import signals
from labapp.servers.server_kind import ServerKind
from labapp.servers.stopping import Lifetime

if TYPE_CHECKING:
    from labapp.observe.feed import Feed
    from labapp.observe.timeline import Timeline

ASIDE = 0.002  # Seconds: what a launch has begun would take the interpreter from it before it has returned.
LAST_WORDS = 0.5  # Seconds in which what happened at the end must have come to the timeline.


def load_timeline() -> None:
    """Import what a timeline needs, which takes some 20 ms: a launch has the time for it while it waits."""
    from labapp.observe.feed import Feed  # noqa: F401, PLC0415 (whoever launches nothing can do without)
    from labapp.observe.timeline import Timeline  # noqa: F401, PLC0415


class Observation:
    """The feed and the timeline of one server, each made when it is first asked for."""

    def __init__(self, kind: ServerKind, lifetime: Lifetime, events: socket.socket | None) -> None:
        self._kind = kind
        self._lifetime = lifetime
        self._events = events
        self._feed: Feed | None = None
        self._timeline: Timeline | None = None
        self._following: Thread | None = None
        self._lock = RLock()

    @property
    def feed(self) -> "Feed":
        """What happens to it, as it happens."""
        from labapp.observe.feed import Feed  # noqa: PLC0415 (a launch can do without)

        with self._lock:
            if self._following:
                self._following.join()  # It is to be the first that subscribes.
            if self._feed is None:
                guard = self._lifetime.guard
                self._feed = Feed(
                    guard.pid,
                    guard.record.log,
                    predecessor=self._kind.predecessor,
                    server_events=self._events,
                )
                self._lifetime.at_end(self._feed.close)
            return self._feed

    def keep_timeline(self, tree: Tree | None = None) -> "Timeline":
        """Have what happens to it kept from now on, when these are its processes, and return that."""
        from labapp.observe.feed import TreeChanged  # noqa: PLC0415
        from labapp.observe.timeline import Timeline  # noqa: PLC0415 (a failed launch can do without)

        guard, processes = self._lifetime.guard, self._lifetime.processes
        with self._lock:
            if self._timeline is None:
                self._timeline = timeline = Timeline(
                    processes.roles,
                    self._kind.event_source,
                    self._kind.log_syntax,
                    lambda: self._kind.unseen,
                    self._kind.silence,
                )
                # Who lives now can be signalled, and serve, before the feed has told of anyone.
                timeline.on_message(TreeChanged(time.monotonic(), list(tree or processes.snapshot())))
                if not guard.released and not guard.over:
                    # A launch need not wait: what is told meanwhile waits to be received.
                    following = Thread(target=_follow, args=(timeline, self.feed), daemon=True)
                    self._following = following
                    following.start()
                    self._lifetime.at_end(signals.listen_for_signals(timeline.on_signal))
                    self._lifetime.at_end(lambda: timeline.finish(LAST_WORDS))
                    self._lifetime.at_end(following.join)
            elif not guard.released and not guard.over:
                self._timeline.follow(self.feed)
            return self._timeline

    def note_sending(self, port: int, at: float) -> None:
        """Tell the timeline, if there is one, when a request was sent and from which port."""
        if self._timeline is not None:
            self._timeline.on_sent(port, at)


def _follow(timeline: "Timeline", feed: "Feed") -> None:
    time.sleep(ASIDE)
    with suppress(OSError):  # Whoever asks for the timeline tries again, and is told.
        timeline.follow(feed)
