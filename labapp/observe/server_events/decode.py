"""The only place that decodes events: rows, as they travel in JSON, become named values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from labapp.observe.server_events.events import (
    Fork,
    Notice,
    Ready,
    Reap,
    RequestBegin,
    RequestEnd,
    ServerEvent,
    WorkerCount,
)

_MAKERS: dict[str, Callable[[Iterable[Any]], ServerEvent]] = {
    "begin": RequestBegin._make,
    "end": RequestEnd._make,
    "fork": Fork._make,
    "ready": Ready._make,
    "reap": Reap._make,
    "count": WorkerCount._make,
    **dict.fromkeys(("abort", "exit", "reload", "upgrade"), Notice._make),
}


def decode_events(rows: Iterable[list[Any]]) -> list[ServerEvent]:
    """Return the events that rows hold; each row is one that `is_event` has passed, read as JSON."""
    return [_MAKERS[row[0]](row) for row in rows]
