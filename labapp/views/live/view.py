"""The live view: one model for each server, shown as often as one likes."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import traitlets

from labapp.front_end import live_output
from labapp.observe.feed import FeedEnded, FeedMessage, ServerEvents
from labapp.views.live.about import describe
from labapp.views.live.kernel_threads import hurry_until
from labapp.views.live.live_state import LiveState
from labapp.views.live.placed import Placed
from labapp.views.live.repaint_throttle import RepaintThrottle
from labapp.views.live.replay import Moment, Replay
from labapp.views.live.scene import PICTURES, as_text
from labapp.views.live.script import bundle
from labapp.views.live.sent_signals import SentSignals, signal_labelled
from labapp.views.theme import box_rules, style_sheet
from labapp.views.tree import plain_text, server_bundle, terminal_text

if TYPE_CHECKING:
    from labapp.observe.timeline import Timeline
    from labapp.servers import Server

HERE = Path(__file__).parent / "front"
STYLES = [HERE / "styles" / f"{name}.css" for name in ("palette", "view", "log", "requests", "endings")]
REQUESTS = 0.05  # seconds for which requests are gathered before they are shown
TOGETHER = 0.1  # seconds for which all else is, but for births and deaths: they go first, and alone

_views: dict[Server, LiveView] = {}
_opening = Lock()


def watch(server: Server) -> LiveView:
    """Return the live view of a server: always the same one, so that all its pictures agree."""
    with _opening:
        if server not in _views or _views[server].closed:
            _views[server] = LiveView(server)
        return _views[server]


class LiveView(Placed):
    """A server as it lives: its process tree, its requests, its log, its signals; and its last minute again.

    It follows the server from its first display on, closes the feed when the server has ended, and goes on
    telling how it did. `close` (or leaving it as a context manager) ends it sooner.
    """

    _esm = bundle(HERE / "view.js")
    _css = style_sheet("".join(path.read_text(encoding="utf-8") for path in STYLES) + box_rules())
    about = traitlets.Dict().tag(sync=True)
    picture = traitlets.Dict().tag(sync=True)
    scene = traitlets.Dict().tag(sync=True, to_json=as_text)
    traffic = traitlets.Dict().tag(sync=True)

    def __init__(self, server: Server) -> None:
        self.server = server
        self.closed = False
        # What `close` needs, also of a view that cannot be built.
        self._leave: Callable[[], None] | None = None
        self._signals = SentSignals()
        self._throttle = RepaintThrottle(self._paint)
        self._live_state = LiveState(server)
        self._replay = Replay()
        self._last_entry = 0
        self._timeline: Timeline | None = None
        self._begun = False  # A message of this feed has come.
        self._alone = False  # What is painted now is a birth, or a death, before anything else.
        super().__init__(about=describe(server), **self._live_state.changes())
        self.on_msg(self._on_browser_message)
        self._throttle.request()

    def follow(self) -> None:
        """Begin to follow the server, unless it is followed already or has ended; a display does it."""
        with self._throttle.turn:
            state = self._live_state
            lively = not self.closed and state.history.ending is None and self.server.running
            if lively and (self._leave is None or state.cut_off):
                self._rest()
                state.cut_off = self._begun = False
                # The timeline is handed each message before this view.
                self._timeline = self.server.timeline if self.server.kind.emits_events else None
                self._signals.subscribe()
                self._leave = hurry_until(self.server.feed.subscribe(self._on_feed_message))

    def close(self) -> None:
        """End the view wherever it is shown, and leave the server alone."""
        self.closed = True
        self._throttle.close()
        self._rest()
        super().close()

    def __enter__(self) -> LiveView:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # From the server.

    def _on_feed_message(self, message: FeedMessage) -> None:
        """Take in a message of the feed, in the feed's own thread."""
        with self._throttle.turn:
            self._add_sent_signals()
            requests, first = isinstance(message, ServerEvents), not self._begun
            if not self._begun and self._timeline:
                # It knows all the requests up to this very message, and none that comes later.
                self._live_state.begin_with(self._timeline)
            if self._begun or not requests:
                self._alone = self._live_state.on_message(message)
            self._begun = True
            later = REQUESTS if requests else TOGETHER
            self._throttle.request(0.0 if self._alone or first or isinstance(message, FeedEnded) else later)
            self._alone = False

    def _add_sent_signals(self) -> None:
        history = self._live_state.history
        for identity, name, _ in self._signals.drain():
            if (process := history.find(identity)) is not None:
                history.on_signal_sent(name, process.name)

    # To the browser.

    def _paint(self) -> float | None:
        """Send what is new; return in how many seconds there will be something new by itself."""
        alone, state = self._alone, self._live_state
        self._add_sent_signals()
        new = state.news(self.scene) if alone else state.changes()
        if "boxes" in new:
            self.send({"kind": "boxes", **new.pop("boxes")})
        # What is as it was stays the same object, too: by that the replay knows it.
        changed = {name: value for name, value in new.items() if getattr(self, name) != value}
        with self.hold_sync():
            for name, value in changed.items():
                setattr(self, name, value)
        if alone:
            return TOGETHER
        if entries := state.history.log(self._last_entry):
            self._last_entry = entries[-1]["n"]
            self.send({"kind": "log", "entries": entries})
        if changed or entries or not self._replay:
            now = time.time()
            self._replay.record(Moment(now, self.scene, self.picture, self.traffic, self._last_entry))
        if state.history.ending is not None:
            self.ended = 1
            self._rest()
        return state.pause

    def _rest(self) -> None:
        """Let the feed go."""
        leave, self._leave = self._leave, None
        if leave is not None:
            leave()
        self._signals.close()

    # From the browser.

    def _on_browser_message(self, _: object, message: dict[str, Any], _buffers: object) -> None:
        """Act on what the reader did, in the thread of the front end's messages."""
        match message:
            case {"kind": "hello"}:
                self.follow()
                with self._throttle.turn:
                    self.send({"kind": "log", "entries": self._live_state.history.log()})
                    self.send({"kind": "clock", "now": time.time()})
                    self.send(self._replay.message())
            case {"kind": "draws", "number": int(number)} if number in range(len(PICTURES)):
                self._live_state.drawn = number
            case {"kind": "pictures"}:
                self._throttle.request()
            case {"kind": "signal", "key": str(key), "signal": str(name)}:
                self.send_signal(key, name)

    def send_signal(self, key: str, name: str) -> None:
        """Send a signal to the process labelled `key`, as its button does; the view tells what came of it."""
        with self._throttle.turn:
            try:
                process = signal_labelled(self._live_state.history.tree, key, name)
            except (ProcessLookupError, PermissionError, ValueError) as error:
                self._live_state.history.on_refused(str(error))
            else:
                if not self._signals.subscribed:
                    self._live_state.history.on_signal_sent(name, process.name)
            self._throttle.request()

    # Without a browser.

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, Any], dict[str, Any]]:
        self.follow()
        self.on_display()
        return live_output(self.model_id, server_bundle(self.server, self.server.tree())), {}

    def __repr__(self) -> str:
        return plain_text(self.server, self.server.tree())

    def __str__(self) -> str:
        return terminal_text(self.server, self.server.tree())
