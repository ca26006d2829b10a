"""A server as the live view shows it: feed messages go in, what the browser paints comes out."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from labapp.observe.feed import (
    Exited,
    FeedEnded,
    FeedMessage,
    LogLines,
    ServerEvents,
    TreeChanged,
)
from labapp.observe.kernel.sockets import waiting
from labapp.servers import ending
from labapp.views.live.clients import Client, Clients
from labapp.views.live.process_history import ProcessHistory
from labapp.views.live.requests_in_flight import RequestsInFlight
from labapp.views.live.scene import Scene, Structure, arrange, compose, structure
from labapp.views.live.socket_owners import SocketOwners

if TYPE_CHECKING:
    from labapp.observe import Tree
    from labapp.observe.server_events import RequestBegin
    from labapp.observe.timeline import ProcessRecord, Timeline
    from labapp.servers import Server
    from labapp.views.tree import Box

SERVING = frozenset({"worker", "server", "daemon"})  # the roles of those that serve
UNSURE = 0.1  # seconds between two looks at a server that seems to have ended
QUEUE = 0.1  # seconds between two looks at who waits, while requests are served or wait; else
IDLE = 0.5
CLIENTS = 0.2  # seconds between two looks at who is connected, where connections alone say who is served


class LiveState:
    """The history of one server, its requests, and who holds its sockets. For one thread at a time.

    `numbers` are those of its log's entries, where several servers share them.
    """

    def __init__(self, server: Server, numbers: Iterator[int] | None = None) -> None:
        kind = server.kind
        self.history = ProcessHistory(kind.log_syntax, noise=kind.noise, numbers=numbers)
        self.cut_off = False  # The feed has ended.
        self._server = server
        self._requests = RequestsInFlight()
        self.clients: Mapping[int, list[Client]] = {}
        """Who was connected to which process at the last look, where that is looked at."""
        self._clients = Clients() if server.kind.tells_at_end else None
        self._owners = SocketOwners(self._serves)
        self._structure: Structure | None = None
        self._parts: set[str] = set()
        self.drawn = 0
        """Which of `PICTURES` the browser drew last."""
        self._labels: dict[int, str] = {}
        self._addresses: set[str] = set()
        self._queued: float | None = None  # When to look again at who waits, on the monotonic clock.
        self._stale = True  # The scene is not as the history has it.
        self._again: float | None = None  # When it will be, by itself, on the monotonic clock.
        self.on_tree(server.tree())
        if not server.running:  # No feed will tell of them.
            self.history.on_log_lines(server.log.lines)

    def begin_with(self, timeline: Timeline) -> None:
        """Start from the requests that a timeline knows of."""
        known = timeline.now()
        self._requests.begin_with(known.served, known.dropped, timeline.since)

    def on_message(self, message: FeedMessage) -> bool:
        """Take in a message of the feed; tell whether it brings births, or deaths that leave others alive."""
        news = False
        match message:
            case ServerEvents():
                self._requests.on_events(message.events)
            case TreeChanged():
                news = self.on_tree(self._server.roles.name(message.processes))
                self._stale = True
            case Exited():
                news = self._on_lives(*self.history.on_exit(message.pid, message.status))
                self._stale = True
            case LogLines():
                self._stale |= self.history.on_log_lines(message.lines)
            case FeedEnded():
                self._stale = True
                self.cut_off = True
                if self._server.running:
                    self.history.on_refused(f"Nothing more is seen: {message.reason}. Run the cell again.")
        return news and bool(self.history.tree)

    def on_tree(self, tree: Tree) -> bool:
        """Take in the processes that there are now; tell whether any was born, or has died."""
        held = self._owners.of(tree)
        self._addresses = set().union(*held.values())
        return self._on_lives(*self.history.on_tree(tree, held))

    def news(self, known: Scene) -> dict[str, Scene]:
        """Return what births and deaths change of the scene `known`, without a look at anything else.

        It is `picture` and `scene`, or `boxes` alone: a death changes nobody's place. What else it changes
        may follow; so may, of a birth, the pictures that are not drawn.
        """
        boxes = self.history.boxes()
        born = [row[0] for row in self._structure or ()] != [box.key for box in boxes]
        if born:
            self._structure = None
            picture = arrange(boxes, [self.drawn])
            self._parts |= set(picture["parts"])
        scene = compose(self.history, boxes, self._parts)
        if born:
            return {"picture": picture, "scene": scene}
        both = zip(scene["boxes"], known["boxes"], strict=False)
        changed = [box for box, before in both if box != before]
        return {"boxes": {"workers": scene["workers"], "boxes": changed}}

    def changes(self) -> dict[str, Scene]:
        """Return the state that may have changed: `scene`, `picture`, `traffic`."""
        new: dict[str, Scene] = {}
        if self._stale or (self._again is not None and time.monotonic() >= self._again):
            pause = self._poll()
            self._again = None if pause is None else time.monotonic() + pause
            self._stale = False
            new = self._scene(self.history.boxes())
        return {**new, "traffic": self._traffic()}

    @property
    def labels(self) -> Mapping[int, str]:
        """The labels of those that serve, by their pids, as the last scene has them."""
        return self._labels

    @property
    def addresses(self) -> frozenset[str]:
        """Where it listens."""
        return frozenset(self._addresses)

    @property
    def under_way(self) -> list[RequestBegin]:
        """The requests that have begun and are not known to have ended."""
        return self._requests.under_way

    @property
    def pause(self) -> float | None:
        """In how many seconds it may be another by itself, None if it will not."""
        times = [at for at in (self._again, self._queued) if at is not None]
        return max(min(times) - time.monotonic(), 0.0) if times else None

    def _on_lives(self, births: list[ProcessRecord], deaths: list[ProcessRecord]) -> bool:
        self._requests.on_lives(births, deaths)
        return bool(births or deaths)

    def _traffic(self) -> Scene:
        """Return who serves how many, and at which socket how many wait."""
        if self.history.ending is not None:
            self._queued = None
            return self._requests.state(self._labels)
        queue = waiting(self._addresses)
        clients = self._clients.look(self._labels, self._addresses) if self._clients else None
        self.clients = clients or {}
        pause = QUEUE if queue or self._requests.busy else CLIENTS if self._clients else IDLE
        self._queued = time.monotonic() + pause
        return self._requests.state(self._labels, clients) | ({"waiting": queue} if queue else {})

    def _scene(self, boxes: list[Box]) -> dict[str, Any]:
        """Return the scene, and the picture if it is another than before: figures alone move nothing."""
        self._labels = {box.pid: box.key for box in boxes if box.role in SERVING}
        new: dict[str, Scene] = {}
        if (found := structure(boxes)) != self._structure:
            self._structure = found
            new["picture"] = arrange(boxes)
            self._parts = set(new["picture"]["parts"])
        return {**new, "scene": compose(self.history, boxes, self._parts)}

    def _poll(self) -> float | None:
        """See what no message says; return in how many seconds to look again."""
        if (due := self._owners.due() == 0) or self.history.unreaped:
            if due:
                self._owners.look(self.history.tree)
            self.on_tree(self.history.tree)
        empty = self.cut_off or not self.history.tree
        if empty and self.history.ending is None and not self._server.running:
            self._on_lives(*self.history.on_end(self._server.ending or ending(None)))
        unsure = UNSURE if empty and self.history.ending is None else None
        pauses = [self.history.next_change(), self._owners.due(), unsure]
        return min((pause for pause in pauses if pause is not None), default=None)

    def _serves(self, address: str) -> bool:
        path = address.removeprefix("unix:")
        return path == address or any(known.endswith(path) for known in self._server.listening())
