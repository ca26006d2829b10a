"""The bars of the last twenty seconds: when a process served somebody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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
