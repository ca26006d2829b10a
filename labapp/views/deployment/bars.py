"""The last twenty seconds: when a process served somebody, and when one was sent a signal."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labapp.views.live import LiveState, Sent

State = dict[str, Any]


def merged(bars: Sequence[tuple[str, float, float, bool]]) -> list[State]:
    """Return the bars of each lane in order, those that meet as one."""
    found: dict[str, State] = {}
    done: list[State] = []
    for lane, begin, end, failed in sorted(bars, key=lambda bar: bar[1]):
        last = found.get(lane)
        if last is not None and begin <= last["end"] + 0.02 and failed == last["failed"]:
            last["end"] = max(last["end"], round(end, 3))
            continue
        found[lane] = {"lane": lane, "begin": round(begin, 3), "end": round(end, 3), "failed": failed}
        done.append(found[lane])
    return done


def marked(sent: Iterable[Sent], states: Iterable[LiveState]) -> list[State]:
    """Return those of the signals that went to a process of one of the servers: the name, and when."""
    shift, histories = time.time() - time.monotonic(), [state.history for state in states]
    return [
        {"at": round(at + shift, 3), "text": name}
        for identity, name, at in sent
        if any(history.find(identity) for history in histories)
    ]
