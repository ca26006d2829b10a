"""The servers that this process started."""

import os

from labapp.arguments import SECONDS, takes
from labapp.servers.guard import clear_leftovers, dismiss_spares
from labapp.servers.server import Server
from labapp.servers.stopping import Lifetime, stop

# By the pid of the guard: a server whose name was dropped runs on.
_started: dict[int, tuple[Server, Lifetime]] = {}


def add(server: Server, lifetime: Lifetime) -> None:
    """Remember a server until it has ended and been let go."""
    _started[server.guard_pid] = server, lifetime
    lifetime.at_end(lambda: _started.pop(server.guard_pid, None))


def started() -> list[Server]:
    """Return the servers that this process started and has not stopped, oldest first.

    A forked child does not count those of its parent.
    """
    return [server for server, _ in _own()]


def servers() -> list[Server]:
    """Return the running servers that this process started, oldest first."""
    return [server for server in started() if server.running]


@takes(timeout=SECONDS)
def reset(timeout: float = 2.0) -> None:
    """Stop every server that this process started, and clear what dead processes of this user left behind."""
    stop([lifetime for _, lifetime in _own()], timeout)
    dismiss_spares()
    clear_leftovers()


def _own() -> list[tuple[Server, Lifetime]]:
    return [entry for entry in list(_started.values()) if entry[0].owner_pid == os.getpid()]
