"""The way of a request: from the listening socket to the box of the worker that serves it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from labapp.views.svg import Point

if TYPE_CHECKING:
    from labapp.views.tree.picture import Frame, Link, Picture, Place


@dataclass(frozen=True, slots=True)
class Route:
    """The key of the line that a request takes, and its `end` in the box, where the line does not reach it.

    Where the line is the worker's own there is a place for an arrow at its end.
    """

    link: str
    end: Point | None = None
    arrow: Point | None = None


def routes(picture: Picture) -> dict[str, Route]:
    """Return the route to each box that a socket is tied to, itself or by the frame around it."""
    ties: dict[str, Link] = {}
    for link in picture.links:
        if link.kind == "held":
            ties.setdefault(link.end, link)
    found: dict[str, Route] = {}
    for place in picture.places:
        if own := ties.get(place.key):
            found[place.key] = _own(own)
        elif frame := next((f for f in picture.frames if f.key in ties and _within(place, f)), None):
            dots = picture.shapes[place.shape].dots
            end = Point(place.x + dots.x, place.y + dots.y) if dots else Point(place.x, place.y)
            found[place.key] = Route(ties[frame.key].key, end)
    return found


def _own(link: Link) -> Route:
    return Route(link.key, None, link.curve.points[-1] if link.curve else None)


def _within(place: Place, frame: Frame) -> bool:
    right, bottom = frame.x + frame.width, frame.y + frame.height
    return frame.x <= place.x < right and frame.y <= place.y < bottom
