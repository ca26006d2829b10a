"""Who is connected to whom at this moment: the clients, each in a place, and the servers to each other."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from labapp.observe.kernel.sockets import Connections
from labapp.views.deployment.clients import Places, words

if TYPE_CHECKING:
    from labapp.views.deployment.arrangement import Arrangement
    from labapp.views.live import Client, LiveState

State = dict[str, Any]


class Connected:
    """The connections of some servers, by the states of these, and their ways through an arrangement."""

    def __init__(self, states: Mapping[str, LiveState], arrangement: Arrangement) -> None:
        self._states = states
        self._arrangement = arrangement
        self._made = {name: Connections(made=True) for name in states}
        self.places = Places()
        """Where each client is drawn."""

    def clients(self) -> State:
        """Return the `clients` that have a place, and how many `more` there are."""
        those = [
            client
            for name in self._arrangement.first
            for held in self._states[name].clients.values()
            for client in held
        ]
        seated = self.places.seat(those, len(self._arrangement.layout.slots))
        now = time.time()
        shown = [
            words(client, now)
            | {"key": str(client.connection.port), "slot": slot, "path": self._way_of(client, slot)}
            for slot, client in sorted(seated.items())
        ]
        return {"clients": shown, "more": len(those) - len(seated)}

    def ways(self) -> list[State]:
        """Return the requests under way between two servers, as far as a connection says from whom."""
        found: dict[str, State] = {}
        for start, end in self._arrangement.linked:
            state = self._states[end]
            # A proxy tells of a request when it has ended: until then its connections do.
            served = {begin.port: begin.pid for begin in state.under_way if begin.port} | {
                one.connection.port: pid for pid, those in state.clients.items() for one in those if one.since
            }
            if not served:
                continue
            labels = self._states[start].labels
            for pid, made in self._made[end].look(labels, state.addresses).items():
                for port in (one.port for one in made if one.port in served):
                    worker = state.labels.get(served[port], "")
                    path = self._arrangement.routes.between(
                        f"{start} {labels[pid]}", f"{end} {worker}".rstrip()
                    )
                    if path:
                        found.setdefault(path, {"key": path, "path": path})
        return list(found.values())

    def _way_of(self, client: Client, slot: int) -> str:
        for name in self._arrangement.first:
            state = self._states[name]
            for pid, those in state.clients.items():
                if client in those:
                    key = f"{name} {state.labels.get(pid, '')}".rstrip()
                    return self._arrangement.routes.to_box(slot, key)
        return ""
