"""The servers that this process started."""

import os
from typing import TYPE_CHECKING

from labapp.servers.guard import runtime
from labapp.servers.stopping import stop

if TYPE_CHECKING:
    from labapp.servers.server import Server

_started: dict[int, "Server"] = {}  # By the pid of the guard: a server whose name was dropped runs on.


def add(server: "Server") -> None:
    """Remember a server until it is stopped."""
    _started[server.guard_pid] = server


def remove(server: "Server") -> None:
    """Forget a server."""
    _started.pop(server.guard_pid, None)


def servers() -> list["Server"]:
    """Return the running servers that this process started, oldest first."""
    return [server for server in _own() if server.running]


def reset(timeout: float = 2.0) -> None:
    """Stop every server that this process started, and clear what dead processes of this user left behind."""
    stop(_own(), timeout)
    runtime.clear()


def _own() -> list["Server"]:
    """Leave out what a forked child knows of its parent's servers."""
    return [server for server in list(_started.values()) if server.owner_pid == os.getpid()]
