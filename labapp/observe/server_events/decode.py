"""The only place that decodes events: rows, as they travel in JSON, become named values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
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


def decode_events(rows: Iterable[list[Any]]) -> list[ServerEvent]:
    """Return the events that rows hold; each row is one that `is_event` has passed, read as JSON."""
    events: list[ServerEvent] = []
    for row in rows:
        kind = row[0]
        if kind == "ends":
            events += _ends(*row[1:])
            continue
        if kind in _REQUESTS:
            # Of the many that are kept, most have their words in common.
            row[0], row[4], row[7], row[8] = intern(kind), intern(row[4]), intern(row[7]), intern(row[8])
        events.append(_MAKERS[kind](row))
    return events


def _ends(  # noqa: PLR0917 - as they stand in a row
    at: float, pid: int, lost: int, unit: str, method: str, target: str, ends: list[list[Any]]
) -> Iterator[RequestEnd]:
    for number, port, ago, took, status in ends:
        began = at - ago / 1e6
        fields = (
            "end", round(began + took / 1e6, 6), pid, lost, unit, number, port, method, target,
            round(began, 6), status,
        )  # fmt: skip
        yield tuple.__new__(RequestEnd, fields)
        lost = 0
