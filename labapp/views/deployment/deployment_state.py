"""A deployment as its live view shows it: what servers tell goes in, what the browser paints comes out."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any

from labapp.observe import Tree
from labapp.observe.feed import FeedMessage, ServerEvents
from labapp.observe.server_events import RequestEnd
from labapp.views.deployment.arrangement import Arrangement
from labapp.views.deployment.bars import marked, merged
from labapp.views.deployment.connected import Connected
from labapp.views.deployment.journeys import Journey, Journeys
from labapp.views.deployment.members import Member
from labapp.views.deployment.merged_log import merged_log
from labapp.views.deployment.words import box_words, server_words
from labapp.views.live import LiveState

if TYPE_CHECKING:
    from labapp.observe.timeline import Timeline
    from labapp.views.live import Sent
    from labapp.views.tree import Box

State = dict[str, Any]
SETTLING = 0.1  # seconds between two looks while a journey is put together
ROWS = 24  # journeys that are told one by one, of those of one painting
FAILED = 500


class DeploymentState:
    """The live state of each member, and the journeys between them. For one thread at a time."""

    def __init__(self, members: Sequence[Member]) -> None:
        self.members = {member.name: member for member in members}
        numbers = count(1)  # Of the lines of all logs.
        self.states = {member.name: LiveState(member.server, numbers) for member in members}
        self._journeys = Journeys(self._server_at, self._is_behind)
        self._shift = time.time() - time.monotonic()
        self.arrangement = Arrangement(members)
        self._connected = Connected(self.states, self.arrangement)
        self._signals: list[State] = []
        self._bars: list[tuple[str, float, float, bool]] = []
        self._number = 0

    def begin_with(self, name: str, timeline: Timeline) -> None:
        """Start from the requests that a member's timeline knows of."""
        self.states[name].begin_with(timeline)

    def on_message(self, name: str, message: FeedMessage) -> None:
        """Take in a message of a member's feed."""
        state = self.states[name]
        state.on_message(message)
        if isinstance(message, ServerEvents):
            labels = state.labels
            self._journeys.on_events(name, lambda pid: labels.get(pid, ""), message.events, time.monotonic())
            for event in message.events:
                if isinstance(event, RequestEnd) and event.pid in labels:
                    lane, failed = f"{name} {labels[event.pid]}", (event.status or FAILED) >= FAILED
                    self._bars.append((lane, event.began + self._shift, event.at + self._shift, failed))

    def on_signals(self, sent: Iterable[Sent]) -> None:
        """Take in the signals that the lab sent, to whomever."""
        found = list(sent)
        for identity, which, _ in found:
            for name, state in self.states.items():
                if process := state.history.find(identity):
                    state.history.on_signal_sent(which, f"{name} {process.label}")
        self._signals += marked(found, self.states.values())

    # What a view asks.

    def changes(self) -> State:
        """Return the state that may have changed, `picture` and `state`, and what is told once, `told`."""
        new: dict[str, State] = {name: state.changes() for name, state in self.states.items()}
        traffic = {name: changed["traffic"] for name, changed in new.items()}
        boxes = {name: state.history.boxes() for name, state in self.states.items()}
        changed: State = {}
        if self.arrangement.update(boxes, {name: self._addresses(name) for name in self.members}):
            changed["picture"] = self.arrangement.picture()
        shown = self.arrangement.shown
        state: State = {
            "servers": {name: self._server(name, boxes[name], traffic[name]) for name in self.members},
            "boxes": [
                box_words(box, traffic[name].get("workers", {}).get(box.key))
                | {"key": key, "spoken": f"{name} {box.spoken}"}
                for name in self.members
                for box in boxes[name]
                if (key := f"{name} {box.key}") in shown
            ],
            **self._connected.clients(),
            "ways": self._connected.ways(),
            **self._totals(traffic),
        }
        journeys = self._journeys.settle(time.monotonic())
        self._number += len(journeys)
        rows = [
            self._row(journey, self._number - place)
            for place, journey in enumerate(reversed(journeys[-ROWS:]))
        ]
        bars, self._bars = self._bars, []
        told = {"rows": rows[::-1], "bars": merged(bars)} if journeys or bars else {}
        if self._signals:
            told["signals"], self._signals = self._signals, []
        return {**changed, "state": state, "told": told}

    def log(self, after: int = 0) -> list[State]:
        """Return the entries of all logs with a number above `after`."""
        return merged_log(self.states, after)

    def tree(self, name: str) -> Tree:
        """Return the processes that a member has now; none of one that there is not."""
        return self.states[name].history.tree if name in self.states else Tree()

    @property
    def pause(self) -> float | None:
        """In how many seconds it may be another by itself, None if it will not."""
        pauses = [pause for state in self.states.values() if (pause := state.pause) is not None]
        return min([*pauses, *([SETTLING] if self._journeys.unsettled else [])], default=None)

    @property
    def over(self) -> bool:
        """Whether every member has ended."""
        return all(state.history.ending is not None for state in self.states.values())

    # Its own housekeeping.

    def _addresses(self, name: str) -> frozenset[str]:
        """Return where a member listens, also when it has ended."""
        return self.states[name].addresses | {self.members[name].server.address}

    def _server_at(self, address: str) -> str | None:
        return next((name for name in self.members if address in self._addresses(name)), None)

    def _is_behind(self, name: str) -> bool:
        return any(end == name for _, end in self.arrangement.linked)

    def _server(self, name: str, boxes: Sequence[Box], traffic: State) -> State:
        calm = all(box.calm for box in boxes if box.is_head)
        workers = sum(box.role == "worker" and box.mood != "dead" for box in boxes)
        ending = self.states[name].history.ending
        reached = any(end == name for _, end in self.arrangement.passing)
        ended = ending and f"{'■' if calm else '✕'} {ending}"
        return {
            "facts": server_words(workers, traffic, ended, reached=reached),
            "waiting": sum(traffic.get("waiting", {}).values()),
            "ended": ending is not None,
            "calm": calm,
        }

    def _totals(self, traffic: Mapping[str, State]) -> State:
        """Return what the clients were answered, all together."""
        seen = [traffic[name] for name in self.arrangement.first if "served" in traffic[name]]
        return {name: sum(one[name] for one in seen) for name in ("served", "failed")} if seen else {}

    def _row(self, journey: Journey, number: int) -> State:
        first = journey.way[0].rpartition(" ")[0]
        taken = journey.ended - journey.began
        return {
            "n": number,
            "at": round(journey.ended + self._shift, 3),
            "way": " → ".join(journey.way),
            "text": f"{journey.method} {journey.path}",
            "status": str(journey.status or "no answer"),
            "took": f"{taken:.1f} s" if taken >= 1 else f"{taken * 1000:.0f} ms",
            "cache": journey.cache,
            "failed": (journey.status or FAILED) >= FAILED,
            "path": self.arrangement.routes.through(
                self._connected.places.of(journey.port),
                journey.way,
                from_clients=first in self.arrangement.first,
            ),
        }
