"""The short vocabulary of the notebooks: real servers, seen from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labapp.observe.sockets import descriptors
from labapp.observe.trace import TraceError, trace
from labapp.servers.errors import LaunchError
from labapp.servers.launch import launch
from labapp.servers.registry import reset, servers
from labapp.servers.server import Server
from labapp.views import display

if TYPE_CHECKING:
    from labapp.views.live import LiveView

__all__ = [
    "LaunchError",
    "Server",
    "TraceError",
    "descriptors",
    "launch",
    "reset",
    "servers",
    "trace",
    "watch",
]


def watch(server: Server) -> LiveView:
    """Return the live view of a server: its process tree, its log, its signals."""
    from labapp.views import live  # noqa: PLC0415 (widgets are slow to import)

    return live.watch(server)


display.install()
