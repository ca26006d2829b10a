"""Waiting for a server to be as one wants it."""

import time
from collections.abc import Callable
from typing import Protocol

from labapp.observe import Tree
from labapp.servers.wording import count

POLL = 0.01


class Waitable(Protocol):
    """What is asked of a server while somebody waits for it."""

    @property
    def running(self) -> bool:
        """Whether any process of it is left."""

    @property
    def ending(self) -> str | None:
        """How it ended."""

    def snapshot(self) -> Tree:
        """Return its processes now."""


def wait_until(
    server: Waitable,
    condition: Callable[[], object] | None,
    *,
    workers: int | None,
    running: bool | None,
    timeout: float,
) -> None:
    """Return when all that is asked for holds; `TimeoutError` when it does not in time, or never can."""
    if condition is None and workers is None and running is None:
        raise TypeError(
            "Wait for what? wait_until(workers=6), wait_until(running=False), wait_until(lambda: ...)."
        )
    deadline = time.monotonic() + timeout
    while True:
        alive = server.running
        seen = len(server.snapshot().workers)
        if (
            (workers is None or seen == workers)
            and (running is None or running == alive)
            and (condition is None or condition())
        ):
            return
        hopeless = not alive and condition is None
        if hopeless or time.monotonic() > deadline:
            break
        time.sleep(POLL)
    wanted = [
        "a condition" if condition is not None else "",
        count(workers, "worker") if workers is not None else "",
        {None: "", True: "a running server", False: "its end"}[running],
    ]
    waited = "Waited in vain" if hopeless else f"Waited {timeout:g} s"
    state = f"it runs, with {count(seen, 'worker')}" if alive else f"the server has ended ({server.ending})"
    raise TimeoutError(f"{waited} for {' and '.join(filter(None, wanted))}: {state}.")
