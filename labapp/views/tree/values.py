"""A laid-out picture as plain values, with a name for each: the browser's painter draws them as they are."""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from labapp.views.tree.picture import PLUG_RADIUS
from labapp.views.tree.routes import routes

if TYPE_CHECKING:
    from labapp.views.tree.picture import Frame, Picture, Pill
    from labapp.views.tree.routes import Route
    from labapp.views.tree.shapes import Shape

Values = dict[str, Any]


def as_values(picture: Picture) -> Values:
    """Return everything that is drawn, and the route of a request to each box."""
    return {
        "width": picture.width,
        "height": picture.height,
        "plug": PLUG_RADIUS,
        "shapes": {name: _named(shape) | {"kind": shape.kind} for name, shape in picture.shapes.items()},
        "frames": [_named(frame) for frame in picture.frames],
        "pills": [_named(pill) for pill in picture.pills],
        "places": [{"key": p.key, "shape": p.shape, "x": p.x, "y": p.y} for p in picture.places],
        "links": [{"key": link.key, "kind": link.kind, "path": link.path} for link in picture.links],
        "routes": {key: _route(route) for key, route in routes(picture).items()},
    }


@lru_cache(maxsize=256)
def _named(part: Shape | Frame | Pill) -> Values:
    """Return what is the same in one picture after the other: `asdict` is slow, and nobody changes it."""
    return asdict(part)


def _route(route: Route) -> Values:
    points = {"end": route.end, "arrow": route.arrow}
    return {"link": route.link} | {name: {"x": at.x, "y": at.y} for name, at in points.items() if at}
