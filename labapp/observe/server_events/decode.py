"""The only place that decodes events: rows, as they travel in JSON, become named values."""

from __future__ import annotations

from binascii import a2b_base64
from collections.abc import Callable, Iterable
from functools import partial
from sys import intern
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
from labapp.observe.server_events.request_ends import RequestEnds

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
_REQUESTS = ("begin", "end")


def decode_events(rows: Iterable[list[Any]]) -> list[ServerEvent | RequestEnds]:
    """Return the events that rows hold; each row is one that `is_event` has passed, read as JSON.

    Requests that have ended may come as a page holds them, many together.
    """
    events: list[ServerEvent | RequestEnds] = []
    for row in rows:
        kind = row[0]
        if kind == "rows":
            events.append(_ends(*row[1:]))
            continue
        if kind in _REQUESTS:
            # Of the many that are kept, most have their words in common.
            row[0], row[4], row[7], row[8] = intern(kind), intern(row[4]), intern(row[7]), intern(row[8])
        events.append(_MAKERS[kind](row))
    return events


def _ends(pid: int, lost: int, texts: list[list[Any]], rows: str) -> RequestEnds:
    asked = {number: (intern(unit), intern(method), intern(target)) for number, unit, method, target in texts}
    return RequestEnds(pid, lost, asked, a2b_base64(rows))
