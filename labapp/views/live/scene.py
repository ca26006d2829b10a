"""The live view's state as it travels to the browser: what there is, and the ways to draw it."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from labapp.servers import tells_of_crash
from labapp.views.tree import HALF, NARROW, as_values, find_families, lay_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from labapp.views.live.process_history import ProcessHistory
    from labapp.views.tree import Box

Scene = dict[str, Any]
Structure = tuple[tuple[str, str, bool, bool, tuple[str, ...]], ...]

LEAST = {HALF: 608, NARROW: 0}  # CSS pixels that a picture so wide needs to be read with ease
SCREEN = 150  # pixels for the grids, that their masters are on the same screen
ROW = 60  # pixels for the grids of a view that is narrow and low
PICTURES = (
    partial(lay_out, width=HALF),
    partial(lay_out, width=HALF, column=0, screen=SCREEN),
    partial(lay_out, width=NARROW, screen=SCREEN),
    partial(lay_out, width=NARROW, screen=ROW),
)
"""The ways to draw a tree: of the two for a width the browser takes the first, unless that is too high."""


def as_text(values: Any, _widget: object = None) -> str:
    """Return what goes to the browser as text: on its way nobody need go through it piece by piece."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def structure(boxes: Sequence[Box]) -> Structure:
    """Return what decides the layout: as long as it stays the same, so does the picture."""
    return tuple((box.key, box.parent, box.is_head, box.mood == "dead", box.sockets) for box in boxes)


def arrange(boxes: Sequence[Box], numbers: Iterable[int] = range(len(PICTURES))) -> Scene:
    """Return the boxes laid out in some of `PICTURES`: `places`, and `parts`, the words shown in any.

    Each is drawn by what its `drawing` says, as text.
    """
    pictures = {number: PICTURES[number](boxes) for number in numbers}
    shapes = [shape for picture in pictures.values() for shape in picture.shapes.values()]
    return {
        "parts": sorted({part for shape in shapes for part in shape.parts}),
        "places": [
            {
                "number": number,
                "least": LEAST[int(picture.width)],
                "height": picture.height,
                "drawing": as_text(as_values(picture)),
            }
            for number, picture in pictures.items()
        ],
    }


def compose(history: ProcessHistory, boxes: Sequence[Box], parts: Iterable[str]) -> Scene:
    """Return the state of this moment, with the words of those `parts`; equal scenes: nothing has changed.

    It holds no moment's time, only the seconds (of the wall clock) when things began: the browser counts on.
    """
    shown = frozenset(parts)
    levels = _levels(box for family in find_families(boxes) for box in family.boxes)
    return {
        "since": history.since,
        "ending": history.ending,
        "crashed": history.ending is not None and tells_of_crash(history.ending),
        "until": history.until,
        "workers": history.workers,
        "boxes": [_box(box, shown, levels[box.key]) for box in boxes],
    }


def _levels(boxes: Iterable[Box]) -> dict[str, int]:
    """Return each box's level in the tree, 1 for one without a parent; who is above comes first."""
    levels: dict[str, int] = {}
    for box in boxes:
        levels[box.key] = levels.get(box.parent, 0 if box.is_head else 1) + 1
    return levels


def _box(box: Box, parts: frozenset[str], level: int) -> Scene:
    return {
        "key": box.key,
        "role": box.role,
        "head": box.is_head,
        "pid": box.pid,
        "level": level,
        "mood": box.mood,
        "calm": box.calm,
        "state": box.state,
        "since": box.since,
        "cpu": box.cpu,
        "memory": box.memory,
        "threads": box.threads,
        "plugged": bool(box.sockets),
        "spoken": box.spoken,
        "words": {part: text for part, text in box.words.items() if part in parts},
    }
