"""What differs between Gunicorn's types of workers: where they serve, and where they wait."""

from __future__ import annotations

from _thread import get_ident
from collections.abc import Callable
from typing import Any

from labapp.observe.server_events import GATHER, EventSender

# The method in which a worker waits for work, at most so many seconds.
_WAITS = {"sync": "wait", "gthread": "wait_for_and_dispatch_events"}


def unit_of(worker: Any) -> Callable[[], str]:
    """Return what names the unit that serves the current request; its letter says what kind of unit."""
    kinds = _kinds(worker)
    if "ggevent" in kinds:
        from gevent import getcurrent  # noqa: PLC0415 (only where it is installed)

        return lambda: f"g{id(getcurrent())}"
    if "gasgi" in kinds:
        from asyncio import current_task  # noqa: PLC0415 (only where it is used)

        worker.log.handed_over = True
        return lambda: f"a{id(current_task())}"
    if "gthread" in kinds:
        return lambda: f"t{get_ident()}"
    return str


def look_after(worker: Any, sender: EventSender) -> Callable[[], object] | None:
    """Have what the sender holds sent soon, if that can be; return what is to be called when it begins to."""
    kinds = _kinds(worker)
    if "ggevent" in kinds:
        from gevent import spawn_later  # noqa: PLC0415 (only where it is installed)

        return lambda: spawn_later(GATHER, sender.flush)
    name = next((name for kind, name in _WAITS.items() if kind in kinds), "")
    wait = getattr(worker, name, None)
    if wait is None:
        return None

    def wait_until_due(timeout: float) -> Any:
        return wait(min(timeout, sender.due()))

    setattr(worker, name, wait_until_due)
    return lambda: None  # Each request is followed by such a wait, or by another request.


def _kinds(worker: Any) -> set[str]:
    return {base.__module__.rpartition(".")[2] for base in type(worker).__mro__}
