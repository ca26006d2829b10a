"""The doors of rooms: what a room hands out is imported when somebody first asks for it.

So a room can hand out what is slow to import, and a program that runs in a server's own process, such as a
hook, passes through the rooms above it without bringing anything along.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def door(room: str, **names: str) -> Callable[[str], Any]:
    """Return the `__getattr__` of a room: for each of its modules, the names that it hands out."""
    places = {name: module for module, listed in names.items() for name in listed.split()}

    def hand_out(name: str) -> Any:
        if name not in places:
            raise AttributeError(f"module {room!r} has no attribute {name!r}")
        __import__(module := f"{room}.{places[name]}")  # A server has no need of importlib to start.
        value = getattr(sys.modules[module], name)
        setattr(sys.modules[room], name, value)
        return value

    return hand_out
