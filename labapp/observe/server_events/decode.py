"""The only place that decodes events: rows, as they travel in JSON, become named values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
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

_EVENTS = {
    "begin": RequestBegin,
    "end": RequestEnd,
    "fork": Fork,
    "ready": Ready,
    "reap": Reap,
    "count": WorkerCount,
    **dict.fromkeys(("abort", "exit", "reload", "upgrade"), Notice),
}
# Half the price of `_make`, which counts the fields again.
_MAKERS: dict[str, Callable[[Iterable[Any]], ServerEvent]] = {
    kind: partial(tuple.__new__, event) for kind, event in _EVENTS.items()
}


def decode_events(rows: Iterable[list[Any]]) -> list[ServerEvent]:
    """Return the events that rows hold; each row is one that `is_event` has passed, read as JSON."""
    return [_MAKERS[row[0]](row) for row in rows]
