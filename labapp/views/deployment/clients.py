"""The clients of a deployment, each in a place of its own as long as it is connected."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labapp.observe.kernel.sockets import Established
    from labapp.views.live import Client

SENDS = 0.5  # seconds within which a client has sent something that is sending, and
LATER = 0.1  # how long after its first words: who has said all at once waits


class Places:
    """Keeps a place for each connection, so that nobody moves because another leaves."""

    def __init__(self) -> None:
        self._taken: dict[int, int] = {}

    def of(self, port: int) -> int | None:
        """Return the place of the client with this port, None if it has none."""
        return self._taken.get(port)

    def seat(self, clients: Iterable[Client], seats: int) -> dict[int, Client]:
        """Return who sits where, of so many; who waits for an answer comes before who does not."""
        found = sorted(clients, key=lambda client: (not client.since, client.since, client.connection.port))
        ports = [client.connection.port for client in found]
        self._taken = {port: place for port, place in self._taken.items() if port in ports and place < seats}
        for client in found:
            port = client.connection.port
            free = set(range(seats)) - set(self._taken.values())
            if port in self._taken:
                continue
            if not free and client.since:
                # Who waits is worth a place more than who does not.
                idle = [
                    one.connection.port
                    for one in found
                    if not one.since and one.connection.port in self._taken
                ]
                free = {self._taken.pop(idle[-1])} if idle else set()
            if free:
                self._taken[port] = min(free)
        return {
            self._taken[client.connection.port]: client
            for client in found
            if client.connection.port in self._taken
        }


def words(client: Client, now: float) -> dict[str, Any]:
    """Return what is written in a client's box at a time: what it does, and how much has passed."""
    connection = client.connection
    # It has asked since it was first seen to, and after the answer before.
    age = min(now - client.since, connection.silent if connection.sent else math.inf)
    does, passed = _doing(connection, sends=connection.quiet < min(SENDS, age - LATER))
    figures = f"{passed} · {{age}}" if client.since else passed
    way = "open" if not client.since else "held" if does == "sends" else "passed"
    return {"words": does, "figures": figures, "since": client.since, "busy": bool(client.since), "way": way}


def _doing(connection: Established, *, sends: bool) -> tuple[str, str]:
    if connection.unsent:
        return "takes", f"{amount(connection.sent)} taken"
    if connection.busy:
        return ("sends" if sends else "waits"), f"{amount(connection.received)} sent"
    if not connection.received:
        return "silent", "connected"
    return "kept open", f"{amount(connection.sent)} taken"


def amount(bytes_: int) -> str:
    """Write a number of bytes as a person reads it: `900 B`, `3.3 kB`, `7.4 MB`."""
    if bytes_ < 1000:
        return f"{bytes_} B"
    return f"{bytes_ / 1e3:.1f} kB" if bytes_ < 999_950 else f"{bytes_ / 1e6:.1f} MB"
