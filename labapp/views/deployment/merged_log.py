"""The logs of several servers as one, in the order in which their lines came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labapp.views.live import LiveState

KEPT = 400  # entries that a page is sent at once


def merged_log(states: Mapping[str, LiveState], after: int = 0) -> list[dict[str, Any]]:
    """Return the entries with a number above `after`, the last ones of many.

    Each names its server: where it says who wrote it, else before what it says. The numbers go through all.
    """
    found = [entry for name, state in states.items() for entry in _named(name, state.history.log(after))]
    return sorted(found, key=itemgetter("n"))[-KEPT:]


def _named(name: str, entries: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for entry in entries:
        if entry["kind"] == "refused":
            yield entry | {"text": f"{name}: {entry['text']}"}
        else:  # Of a signal the reader reads to whom he sent it.
            yield entry | {"tag": f"{name} {entry['tag']}".rstrip()}
