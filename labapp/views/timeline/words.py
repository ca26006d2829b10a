"""A timeline in sentences, for who cannot see it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from labapp.views.timeline.marks import KINDS

if TYPE_CHECKING:
    from labapp.observe.timeline import Lane

NOTES = 12  # of one lane


def describe(lanes: Sequence[Lane], begin: float, left_out: int) -> str:
    """Say of each lane what was in it, in seconds since `begin`."""
    said = [_lane(lane, begin) for lane in lanes]
    if left_out:
        said.append(f"And {left_out} more processes.")
    return " ".join(said) or "Nothing happened."


def _lane(lane: Lane, begin: float) -> str:
    bars = [bar for row in lane.rows.values() for bar in row]
    parts = []
    if bars:
        first, last = min(bar.begin for bar in bars), max(bar.end for bar in bars)
        how = ", ".join(f"{count} {KINDS[kind]}" for kind, count in Counter(bar.kind for bar in bars).items())
        parts.append(f"{how}, from {first - begin:.2f} to {last - begin:.2f} s")
    parts += [f"{note.words} at {note.at - begin:.2f} s" for note in lane.notes[:NOTES]]
    if len(lane.notes) > NOTES:
        parts.append(f"and {len(lane.notes) - NOTES} more signs")
    if lane.more:
        parts.append(f"and {lane.left_out}")
    return f"{lane.name}: {'; '.join(parts) or 'nothing'}."
