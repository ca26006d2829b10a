"""The live view: one model for each server, shown as often as one likes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from labapp.observe.feed import Exited, FeedEnded, LogLines, News, TreeChanged
from labapp.observe.tree import Tree
from labapp.servers import signals
from labapp.views.holdings import Holdings
from labapp.views.pacing import Pace
from labapp.views.scene import Scene, Structure, arrange, compose, structure
from labapp.views.statics import printed, server_bundle, told, typed
from labapp.views.story import Story
from labapp.views.theme import style_sheet

if TYPE_CHECKING:
    from labapp.servers.server import Server

HERE = Path(__file__).parent
UNSURE = 0.1  # seconds between two looks at a server that seems to have ended

_views: dict[Server, LiveView] = {}
_opening = Lock()


def watch(server: Server) -> LiveView:
    """Return the live view of a server: always the same one, so that all its pictures agree."""
    with _opening:
        if server not in _views or _views[server].closed:
            _views[server] = LiveView(server)
        return _views[server]


class LiveView(anywidget.AnyWidget):
    """A server as it lives: its process tree, its log, its signals.

    It follows the server from its first display on, closes the feed when the server has ended, and goes on
    telling how it did. `close` (or leaving it as a context manager) ends it sooner.
    """

    _esm = (HERE / "live.js").read_text(encoding="utf-8")
    _css = style_sheet((HERE / "live.css").read_text(encoding="utf-8"))
    about = traitlets.Dict().tag(sync=True)
    picture = traitlets.Dict().tag(sync=True)
    scene = traitlets.Dict().tag(sync=True)

    def __init__(self, server: Server) -> None:
        self.server = server
        self.closed = False
        self._story = Story()
        self._holdings = Holdings(self._serves)
        self._shown = 0
        self._over = False  # The feed has ended.
        self._leave: Callable[[], None] | None = None
        self._pace = Pace(self._paint)
        self._take(server.tree())
        self._structure: Structure | None = None
        super().__init__(about=describe(server), **self._look())
        _keep_clicks_on_their_own_thread(self)
        self.on_msg(self._hear)
        self._pace.touch()

    def follow(self) -> None:
        """Begin to follow the server, unless it is followed already or has ended; a display does it."""
        with self._pace.turn:
            lively = not self.closed and self._story.ending is None and self.server.running
            if lively and (self._leave is None or self._over):
                self._over = False
                self._leave = self.server.feed.subscribe(self._learn)

    def close(self) -> None:
        """End the view wherever it is shown, and leave the server alone."""
        self.closed = True
        self._pace.close()
        self._rest()
        super().close()

    def __enter__(self) -> LiveView:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # From the server.

    def _learn(self, news: News) -> None:
        """Take in what the feed tells, in the feed's own thread."""
        with self._pace.turn:
            match news:
                case TreeChanged():
                    self._take(self.server.roles.name(news.processes))
                case Exited():
                    self._story.exit(news.pid, news.status)
                case LogLines():
                    self._story.write(news.lines)
                case FeedEnded():
                    self._over = True
                    if self.server.running:
                        self._story.refuse(f"Nothing more is seen: {news.reason}. Run the cell again.")
            self._pace.touch()

    def _take(self, tree: Tree) -> None:
        self._story.change(tree, self._holdings.of(tree))

    def _serves(self, address: str) -> bool:
        path = address.removeprefix("unix:")
        return path == address or any(known.endswith(path) for known in self.server.listening())

    # To the browser.

    def _paint(self) -> float | None:
        """Send what is new; return in how many seconds there will be something new by itself."""
        if self._holdings.due() == 0:
            self._holdings.look(self._story.tree)
            self._take(self._story.tree)
        empty = self._over or not self._story.tree
        if empty and self._story.ending is None and not self.server.running:
            self._story.end(self.server.ending or "ended")
            self._rest()
        unsure = UNSURE if empty and self._story.ending is None else None
        pauses = [self._story.restless(), self._holdings.due(), unsure]
        with self.hold_sync():
            for name, value in self._look().items():
                setattr(self, name, value)
        if entries := self._story.log(self._shown):
            self._shown = entries[-1]["n"]
            self.send({"kind": "log", "entries": entries})
        return min((pause for pause in pauses if pause is not None), default=None)

    def _look(self) -> dict[str, Scene]:
        """Return the scene, and the picture if it is another than before: figures alone move nothing."""
        boxes = self._story.boxes()
        new: dict[str, Scene] = {}
        if (found := structure(boxes)) != self._structure:
            self._structure = found
            new["picture"] = self._picture = arrange(boxes)
        return {**new, "scene": compose(self._story, boxes, self._picture["parts"])}

    def _rest(self) -> None:
        """Let the feed go."""
        leave, self._leave = self._leave, None
        if leave is not None:
            leave()

    # From the browser.

    def _hear(self, _: object, message: dict[str, Any], _buffers: object) -> None:
        """Act on what the reader did, in the thread of the front end's messages."""
        match message:
            case {"kind": "hello"}:
                self.follow()
                with self._pace.turn:
                    self.send({"kind": "log", "entries": self._story.log()})
                self.send({"kind": "clock", "now": time.time()})
            case {"kind": "signal", "key": str(key), "signal": str(name)}:
                self.press(key, name)

    def press(self, key: str, name: str) -> None:
        """Send a signal to the process labelled `key`, as its button does; the view tells what came of it."""
        with self._pace.turn:
            process = self._story.tree.find(key)
            try:
                if process is None:
                    raise ProcessLookupError(f"{key} has ended: {name} was not sent.")
                signals.send(process.pid, process.started, name)
            except (ProcessLookupError, PermissionError, ValueError) as error:
                self._story.refuse(str(error))
            else:
                self._story.sent(name, process.name)
            self._pace.touch()

    # Without a browser.

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, Any], dict[str, Any]]:
        self.follow()
        live = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        static = server_bundle(self.server, self.server.tree())
        return {"application/vnd.jupyter.widget-view+json": live, **static}, {}

    def __repr__(self) -> str:
        return told(self.server, self.server.tree())

    def __str__(self) -> str:
        return printed(self.server, self.server.tree())


def describe(server: Server) -> dict[str, Any]:
    """Return what never changes about a server: its command, its address, its signals by role."""
    return {
        "command": typed(server),
        "url": server.url or server.address,
        "href": link(server),
        "signals": {
            role: [
                {"name": note.name, "label": note.label, "sentence": note.sentence}
                for note in server.signal_notes(role).values()
            ]
            for role in ("master", "worker", "server", "helper")
        },
    }


def link(server: Server) -> str | None:
    """Return where a browser reaches the server: on a hub, where loopback is far away, through its proxy."""
    prefix = os.environ.get("JUPYTERHUB_SERVICE_PREFIX")
    return f"{prefix}proxy/{server.port}/" if prefix and server.port else server.url


def _keep_clicks_on_their_own_thread(view: LiveView) -> None:
    """Have clicks handled while a cell runs: ipykernel 7.4 has them wait where the view last spoke from."""
    if hasattr(view.comm, "_reply_subshell_for"):
        view.comm._reply_subshell_for = lambda _, default: default
