"""What is written in the boxes of a deployment; `{age}` stands for the time since `since`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from labapp.views.tree import shorten

if TYPE_CHECKING:
    from labapp.views.tree import Box

Words = dict[str, Any]
# What the operating system calls these states is told before all else.
MARKED_STATES = frozenset({"stopped", "traced", "zombie"})
LONGEST = 12  # characters of a path, beside its age


def box_words(box: Box, traffic: Mapping[str, Any] | None) -> Words:
    """Return a process's words: what it does, its figures, and how it is marked."""
    served = f" · {traffic['served']} served" if traffic else ""
    figures = f"cpu {box.cpu} % · {box.memory} MB{served}"
    does, since, busy = _doing(box, traffic)
    return {
        "key": box.key,
        "label": box.key,
        "head": box.is_head,
        "mood": box.mood,
        "calm": box.calm,
        "role": box.role,
        "pid": box.pid,
        "words": does,
        "short": f"{_end(box)} {shorten(box.verdict)}" if box.mood == "dead" else "",
        "figures": "" if box.mood == "dead" else figures,
        "since": since,
        "busy": busy,
        "spoken": box.spoken,
    }


def _doing(box: Box, traffic: Mapping[str, Any] | None) -> tuple[str, float, bool]:
    """Return what a process does, since when, and whether that is to serve somebody."""
    if box.mood == "dead":
        return f"{_end(box)} {box.verdict}", 0.0, False
    if box.state in MARKED_STATES:
        return box.state, 0.0, False
    if traffic and traffic["flying"]:
        return f"{_serving(traffic)}{{age}}", traffic["since"], True
    if box.mood == "born":
        return "✚ born {age} ago", box.since, False
    return _resting(box, traffic), 0.0, False


def _end(box: Box) -> str:
    return "■" if box.calm else "✕"


def _serving(traffic: Mapping[str, Any]) -> str:
    """Say whom it serves; of a proxy that is only known by its connections."""
    flying, path = traffic["flying"], traffic["path"]
    if "connections" in traffic:
        return f"holds {flying} · "
    if flying > 1:
        return f"{flying} in flight  "
    return f"{path if len(path) <= LONGEST else f'{path[: LONGEST - 1]}…'}  "


def _resting(box: Box, traffic: Mapping[str, Any] | None) -> str:
    if box.is_head and not traffic:
        return f"{box.role} · pid {box.pid}"
    if traffic and traffic.get("connections"):
        return f"{traffic['connections']} connected"
    return "free" if traffic else box.state or box.role


def server_words(workers: int, traffic: Mapping[str, Any], ending: str | None, *, reached: bool) -> str:
    """Return what is written below a server's name."""
    if ending:
        return ending
    if not reached:
        return "unconnected"
    if "served" not in traffic:
        return f"{workers} worker{'s' if workers != 1 else ''}" if workers else "one process"
    hits = traffic.get("cache", {}).get("HIT", 0)
    parts = [f"{traffic['served']} served"]
    parts += [f"{traffic['failed']} failed"] if traffic["failed"] else []
    parts += [f"{hits} from the cache"] if "cache" in traffic else []
    return " · ".join(parts)
