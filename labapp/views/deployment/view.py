"""The live picture of a deployment: one model for each set of servers, shown as often as one likes."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import traitlets

from labapp.front_end import live_output
from labapp.observe.feed import FeedMessage, LogLines, ServerEvents
from labapp.views.deployment.deployment_state import DeploymentState
from labapp.views.deployment.layout import Room
from labapp.views.deployment.members import Member, named
from labapp.views.deployment.static import describe, draw
from labapp.views.live import (
    Placed,
    RepaintThrottle,
    SentSignals,
    bundle,
    hurry_until,
    signal_labelled,
)
from labapp.views.live import describe as about
from labapp.views.theme import style_sheet

if TYPE_CHECKING:
    from labapp.observe.timeline import Timeline
    from labapp.servers import Server

HERE = Path(__file__).parent / "front"
SHARED = HERE.parents[1] / "live" / "front" / "styles"
STYLES = (*(SHARED / f"{name}.css" for name in ("palette", "log")), HERE / "deployment.css")
BATCH = 0.05  # seconds for which requests, and lines of logs, are gathered before they are shown
TOLD = 60  # tellings kept for a page that comes along later

_views: dict[tuple[int, ...], DeploymentView] = {}
_opening = Lock()


def watch(*servers: Server, given: Mapping[int, str]) -> DeploymentView:
    """Return the live picture of some servers together: always the same one for the same servers.

    `given` are the learner's names of things by their identity.
    """
    members = named(servers, given)
    key = tuple(sorted(id(member.server) for member in members))
    with _opening:
        if key not in _views or _views[key].closed:
            _views[key] = DeploymentView(members)
        return _views[key]


class DeploymentView(Placed):
    """Clients, a proxy and the servers behind it in one picture, and each request's way through them.

    It follows its servers from its first display on until all have ended; `close` ends it sooner.
    """

    _esm = bundle(HERE / "deployment.js")
    _css = style_sheet("".join(path.read_text(encoding="utf-8") for path in STYLES), ".labapp-deployment")
    about = traitlets.Dict().tag(sync=True)  # Of each server what its own live view says of it.
    picture = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)

    def __init__(self, members: Sequence[Member]) -> None:
        self.servers = tuple(member.server for member in members)
        self.closed = False
        self._state = DeploymentState(members)
        self._told: deque[dict[str, Any]] = deque(maxlen=TOLD)
        self._begun: set[str] = set()
        self._last_entry = 0
        self._signals = SentSignals()
        self._leave: list[Callable[[], None]] = []
        self._throttle = RepaintThrottle(self._paint)
        first = self._state.changes()
        told = {name: about(member.server) for name, member in self._state.members.items()}
        super().__init__(about=told, picture=first["picture"], state=first["state"])
        self.on_msg(self._on_browser_message)

    @property
    def title(self) -> str:
        """What its servers are called, the nearest to the clients first."""
        return self._state.arrangement.title

    def follow(self) -> None:
        """Begin to follow the servers, unless they are followed already; a display does it."""
        with self._throttle.turn:
            if self.closed or self._leave or self._state.over:
                return
            self._signals.subscribe()
            for name, member in self._state.members.items():
                # The timeline is handed each message before this view.
                timeline = member.server.timeline if member.server.kind.emits_events else None
                hear = partial(self._on_feed_message, name, timeline)
                self._leave.append(hurry_until(member.server.feed.subscribe(hear)))
            self._throttle.request()

    def close(self) -> None:
        """End the view wherever it is shown, and leave the servers alone."""
        self.closed = True
        self._throttle.close()
        self._rest()
        super().close()

    def __enter__(self) -> DeploymentView:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _on_feed_message(self, name: str, timeline: Timeline | None, message: FeedMessage) -> None:
        """Take in a message of a server's feed, in that feed's own thread."""
        with self._throttle.turn:
            self._state.on_signals(self._signals.drain())
            requests = isinstance(message, ServerEvents)
            if name not in self._begun and timeline:
                # It knows all the requests up to this very message, and none that comes later.
                self._state.begin_with(name, timeline)
            if name in self._begun or not requests:
                self._state.on_message(name, message)
            self._begun.add(name)
            self._throttle.request(BATCH if requests or isinstance(message, LogLines) else 0.0)

    def _paint(self) -> float | None:
        """Send what is new; return in how many seconds there will be something new by itself."""
        self._state.on_signals(self._signals.drain())
        new = self._state.changes()
        told = new.pop("told")
        with self.hold_sync():
            for name, value in new.items():
                if getattr(self, name) != value:
                    setattr(self, name, value)
        if told:
            self._told.append(told)
            self.send({"kind": "told", **told})
        if entries := self._state.log(self._last_entry):
            self._last_entry = entries[-1]["n"]
            self.send({"kind": "log", "entries": entries})
        self.ended = sum(server["ended"] for server in self.state["servers"].values())
        if self._state.over:
            self._rest()
        return self._state.pause

    def _rest(self) -> None:
        """Let the feeds go."""
        self._signals.close()
        leave, self._leave = self._leave, []
        for one in leave:
            one()

    def _on_browser_message(self, _: object, message: dict[str, Any], _buffers: object) -> None:
        """Act on what the reader did, in the thread of the front end's messages."""
        match message:
            case {"kind": "hello"}:
                self.follow()
                with self._throttle.turn:
                    self.send({"kind": "log", "entries": self._state.log()})
                    self.send({"kind": "past", "now": time.time(), "told": list(self._told)})
            case {"kind": "room", "width": int(width), "height": int(height)}:
                with self._throttle.turn:
                    self._state.arrangement.room = Room.bounded(width, height)
                    self._throttle.request()
            case {"kind": "signal", "key": str(key), "signal": str(name)}:
                self.send_signal(key, name)

    def send_signal(self, key: str, name: str) -> None:
        """Send a signal to the process called `key`, as `web W1`, and tell the page what came of it."""
        member, _, label = key.rpartition(" ")
        with self._throttle.turn:
            try:
                signal_labelled(self._state.tree(member), label, name)
            except (ProcessLookupError, PermissionError, ValueError) as error:
                self.send({"kind": "outcome", "how": "refused", "text": str(error)})
            else:
                self.send({"kind": "outcome", "how": "sent", "text": f"you sent {name} to {key}"})
            self._throttle.request()

    # Without a browser.

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, Any], dict[str, Any]]:
        self.follow()
        self.on_display()
        with self._throttle.turn:
            arrangement = self._state.arrangement
            picture = draw(arrangement.settled(), arrangement.titles, arrangement.passing)
        return live_output(self.model_id, {"image/svg+xml": picture, "text/plain": str(self)}), {}

    def __repr__(self) -> str:
        arrangement = self._state.arrangement
        return describe(arrangement.settled(), arrangement.titles, arrangement.passing)

    __str__ = __repr__
