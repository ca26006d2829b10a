"""The live view's state as it travels to the browser: what there is, and where to draw it in two widths."""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from labapp.views.tree.families import families
from labapp.views.tree.layout import NARROW, WIDE, lay_out
from labapp.views.tree.picture import PLUG_RADIUS
from labapp.views.tree.routes import routes as find_routes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from labapp.views.live.process_history import ProcessHistory
    from labapp.views.svg.shapes import Shape
    from labapp.views.tree.boxes import Box
    from labapp.views.tree.picture import Frame, Picture, Pill
    from labapp.views.tree.routes import Route

Scene = dict[str, Any]
Structure = tuple[tuple[str, str, bool, bool, tuple[str, ...]], ...]

# The least width, in CSS pixels, in which the wide picture is read with ease.
READABLE = 690


def structure(boxes: Sequence[Box]) -> Structure:
    """Return what decides the layout: as long as it stays the same, so does the picture."""
    return tuple((box.key, box.parent, box.is_head, box.mood == "dead", box.sockets) for box in boxes)


def arrange(boxes: Sequence[Box]) -> Scene:
    """Return the boxes laid out in both widths: `places`, and `parts`, the words that are shown anywhere."""
    pictures = [lay_out(boxes, width, traffic=True) for width in (WIDE, NARROW)]
    shapes = [shape for picture in pictures for shape in picture.shapes.values()]
    return {
        "parts": sorted({part for shape in shapes for part in shape.parts}),
        "places": [_picture(picture, READABLE if picture.width == WIDE else 0) for picture in pictures],
    }


def compose(history: ProcessHistory, boxes: Sequence[Box], parts: Iterable[str]) -> Scene:
    """Return the state of this moment, with the words of those `parts`; equal scenes: nothing has changed.

    It holds no moment's time, only the seconds (of the wall clock) when things began: the browser counts on.
    """
    shown = frozenset(parts)
    levels = {box.key: level for family in families(boxes) for box, level in _levels(family.boxes)}
    return {
        "since": history.since,
        "ending": history.ending,
        "until": history.until,
        "workers": len(history.tree.workers),
        "boxes": [_box(box, shown, levels[box.key]) for box in boxes],
    }


def _levels(boxes: Sequence[Box]) -> list[tuple[Box, int]]:
    """Return each box with its level in the tree, 1 for one without a parent."""
    levels: dict[str, int] = {}
    for box in boxes:
        levels[box.key] = levels.get(box.parent, 0 if box.is_head else 1) + 1
    return [(box, levels[box.key]) for box in boxes]


def _box(box: Box, parts: frozenset[str], level: int) -> Scene:
    return {
        "key": box.key,
        "role": box.role,
        "head": box.is_head,
        "pid": box.pid,
        "level": level,
        "mood": box.mood,
        "state": box.state,
        "since": box.since,
        "cpu": box.cpu,
        "memory": box.memory,
        "threads": box.threads,
        "plugged": bool(box.sockets),
        "spoken": box.spoken,
        "words": {part: text for part, text in box.words.items() if part in parts},
    }


def _picture(picture: Picture, least: int) -> Scene:
    """Return a picture with a name for every value: the browser's painter draws them as they are."""
    return {
        "least": least,
        "width": picture.width,
        "height": picture.height,
        "plug": PLUG_RADIUS,
        "shapes": {name: _named(shape) | {"kind": shape.kind} for name, shape in picture.shapes.items()},
        "frames": [_named(frame) for frame in picture.frames],
        "pills": [_named(pill) for pill in picture.pills],
        "places": [{"key": p.key, "shape": p.shape, "x": p.x, "y": p.y} for p in picture.places],
        "links": [{"key": link.key, "kind": link.kind, "path": link.path} for link in picture.links],
        "routes": {key: _route(route) for key, route in find_routes(picture).items()},
    }


@lru_cache(maxsize=256)
def _named(part: Shape | Frame | Pill) -> Scene:
    """Return what is the same in one picture after the other: `asdict` is slow, and nobody changes it."""
    return asdict(part)


def _route(route: Route) -> Scene:
    points = {"end": route.end, "label": route.label, "arrow": route.arrow}
    return {"link": route.link} | {name: {"x": at.x, "y": at.y} for name, at in points.items() if at}
