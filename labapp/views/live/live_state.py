"""A server as the live view shows it: what is told of it goes in, what the browser paints comes out."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from labapp.observe.feed.messages import Exited, FeedEnded, LogLines, News, Told, TreeChanged
from labapp.observe.kernel.backlog import waiting
from labapp.views.live.process_history import Story
from labapp.views.live.requests_in_flight import Flight
from labapp.views.live.scene import Scene, Structure, arrange, compose, structure
from labapp.views.live.socket_owners import Holdings

if TYPE_CHECKING:
    from labapp.observe.timeline.slice import Stretch
    from labapp.observe.tree import Tree
    from labapp.servers.server import Server

UNSURE = 0.1  # seconds between two looks at a server that seems to have ended
QUEUE = 0.1  # seconds between two looks at who waits, while requests are served or wait; else
IDLE = 0.5


class Portrait:
    """The story of one server, its requests, and who holds its sockets. For one thread at a time."""

    def __init__(self, server: Server) -> None:
        self.story = Story()
        self.cut_off = False  # Nobody tells any more.
        self._server = server
        self._flight = Flight()
        self._holdings = Holdings(self._serves)
        self._structure: Structure | None = None
        self._parts: list[str] = []
        self._labels: dict[int, str] = {}
        self._addresses: set[str] = set()
        self._queued: float | None = None  # When to look again at who waits, on the monotonic clock.
        self._stale = True  # The scene is not as the story tells it.
        self._again: float | None = None  # When it will be, by itself, on the monotonic clock.
        self.take(server.tree())

    def begin_with(self, known: Stretch) -> None:
        """Start from the requests that a timeline knows of."""
        self._flight.begin_with(known.served, known.dropped)

    def learn(self, news: News) -> None:
        """Take in what the feed tells."""
        match news:
            case Told():
                self._flight.take(news.rows)
                return  # It changes no scene.
            case TreeChanged():
                self.take(self._server.roles.name(news.processes))
            case Exited():
                self.story.exit(news.pid, news.status)
            case LogLines():
                self.story.write(news.lines)
            case FeedEnded():
                self.cut_off = True
                if self._server.running:
                    self.story.refuse(f"Nothing more is seen: {news.reason}. Run the cell again.")
        self._stale = True

    def take(self, tree: Tree) -> None:
        """Take in the processes that there are now."""
        held = self._holdings.of(tree)
        self._addresses = set().union(*held.values())
        self.story.change(tree, held)
        self._flight.change(tree)

    def look(self) -> dict[str, Scene]:
        """Return the state that may have changed: `scene`, `picture`, `traffic`."""
        new: dict[str, Scene] = {}
        if self._stale or (self._again is not None and time.monotonic() >= self._again):
            pause = self._look_around()
            self._again = None if pause is None else time.monotonic() + pause
            self._stale = False
            new = self._scene()
        return {**new, "traffic": self._traffic()}

    @property
    def pause(self) -> float | None:
        """In how many seconds it may be another by itself, None if it will not."""
        times = [at for at in (self._again, self._queued) if at is not None]
        return max(min(times) - time.monotonic(), 0.0) if times else None

    def _traffic(self) -> Scene:
        """Return who serves how many, and at which socket how many wait."""
        if self.story.ending is not None:
            self._queued = None
            return self._flight.state(self._labels)
        queue = waiting(self._addresses)
        self._queued = time.monotonic() + (QUEUE if queue or self._flight.busy else IDLE)
        return self._flight.state(self._labels) | ({"waiting": queue} if queue else {})

    def _scene(self) -> dict[str, Any]:
        """Return the scene, and the picture if it is another than before: figures alone move nothing."""
        boxes = self.story.boxes()
        self._labels = {box.pid: box.key for box in boxes if box.role == "worker"}
        new: dict[str, Scene] = {}
        if (found := structure(boxes)) != self._structure:
            self._structure = found
            new["picture"] = arrange(boxes)
            self._parts = new["picture"]["parts"]
        return {**new, "scene": compose(self.story, boxes, self._parts)}

    def _look_around(self) -> float | None:
        """See what nobody tells; return in how many seconds to look again."""
        if self._holdings.due() == 0:
            self._holdings.look(self.story.tree)
            self.take(self.story.tree)
        empty = self.cut_off or not self.story.tree
        if empty and self.story.ending is None and not self._server.running:
            self.story.end(self._server.ending or "ended")
            self._flight.change(())
        unsure = UNSURE if empty and self.story.ending is None else None
        pauses = [self.story.restless(), self._holdings.due(), unsure]
        return min((pause for pause in pauses if pause is not None), default=None)

    def _serves(self, address: str) -> bool:
        path = address.removeprefix("unix:")
        return path == address or any(known.endswith(path) for known in self._server.listening())
