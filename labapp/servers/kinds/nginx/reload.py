"""Having Nginx read its configuration again: new workers replace the old ones, or all stays as it was."""

import time
from typing import TYPE_CHECKING

from labapp.observe.kernel import command_line
from labapp.observe.kernel.sockets import listening
from labapp.servers.errors import LaunchError
from labapp.servers.kinds.nginx import refusals

if TYPE_CHECKING:
    from labapp.servers.server import Server

POLL = 0.01
PATIENCE = 10.0  # Seconds in which new workers must have come.


class ReloadError(LaunchError):
    """A reload that did not take place: the old configuration goes on serving."""

    def __init__(self, cause: LaunchError) -> None:
        super().__init__(
            f"{cause.summary} Nothing was reloaded: the old configuration goes on serving.",
            cause.advice,
            command=cause.command,
            status=cause.status,
            log_tail=cause.log_tail,
            excerpt=cause.excerpt,
        )


class RefusedError(Exception):
    """Nginx had second thoughts about a configuration that it had found good: its own words."""


def _are_leaving(workers: list[int]) -> bool:
    """Whether each has taken its leave: it says so first, and closes its listening sockets then."""
    if not all("shutting down" in command_line(pid) for pid in workers):
        return False
    return not any(listening(workers).values())


def replace_workers(server: "Server", workers: int) -> None:
    """Send HUP, and wait until so many new workers serve and the old ones accept nobody any more."""
    old = {worker.identity for worker in server.snapshot().workers}
    said = len(server.log.lines)
    server.signal("HUP")
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.running:
        now = {worker.identity for worker in server.snapshot().workers}
        if len(now - old) >= workers and _are_leaving([pid for pid, _ in old & now]):
            return
        if refusal := refusals.given_up(server.log.lines[said:]):
            raise RefusedError(refusal)
        time.sleep(POLL)
    raise LaunchError(
        f"No new workers have come in {PATIENCE:g} s." if server.running else "The server has ended.",
        "read its log, from the bottom up.",
        command=server.typed,
        log_tail=server.log.lines[said:],
    )
