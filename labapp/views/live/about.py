"""What the live view says of a server once and for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labapp.views.theme import LIGHT
from labapp.views.tree import command_line

if TYPE_CHECKING:
    from labapp.servers import Server


def describe(server: Server) -> dict[str, Any]:
    """Return what never changes about a server: its command, its address, its signals by role."""
    return {
        "command": command_line(server),
        "url": server.url or server.address,
        "port": server.port,
        "light": dict(LIGHT),  # The colours of a picture that is saved.
        "signals": {
            role: [
                {"name": note.name, "label": note.label, "sentence": note.sentence}
                for note in server.signal_notes(role).values()
            ]
            for role in server.roles.names
        },
    }
