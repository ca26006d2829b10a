"""Ending servers, several together: each is asked, then left to its guard."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labapp.servers.server import Server

POLL = 0.02


def stop(servers: Sequence["Server"], timeout: float) -> None:
    """Ask these servers to end, wait for them at most `timeout` seconds in all, then be firm; idempotent."""
    told: set[tuple[int, float]] = set()
    deadline = time.monotonic() + timeout
    for server in servers:
        server._hang_up()
    while left := [server for server in servers if server.running]:
        if time.monotonic() > deadline:
            break
        for server in left:
            server._processes.ask_to_end(told)
        left[0]._guarded.wait(POLL)
    for server in servers:
        server._guarded.dismiss()
    for server in servers:
        server._bury()
