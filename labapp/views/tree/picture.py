"""A laid-out picture: what is drawn, and where, in pixels.

Two painters read it, and neither chooses a place: `painter.py` for a page, the live view's JavaScript.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from labapp.views.svg import Point
from labapp.views.tree.shapes import Dots, Label, Shape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from labapp.views.tree.boxes import Box

MARGIN = 16
PILL_HEIGHT = 76
PLUG_RADIUS = 4  # of the ring that says: this one holds the socket
NO_MASTER = "no master"


@dataclass(frozen=True, slots=True)
class Place:
    """A box's top left corner and the name of its shape."""

    key: str
    shape: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Pill:
    """A listening socket, in its caption who holds it, at its lower edge those who wait."""

    key: str
    x: float
    y: float
    width: float
    height: float
    radius: float
    labels: tuple[Label, ...]
    queue: Dots


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame around the workers of one master, or, with labels, in a missing master's place.

    `plug` is where a socket is tied to it.
    """

    key: str
    x: float
    y: float
    width: float
    height: float
    radius: float = 10
    plug: Point | None = None
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class Curve:
    """A cubic curve by its four points."""

    points: tuple[Point, Point, Point, Point]

    @property
    def path(self) -> str:
        """The curve as SVG's path."""
        a, b, c, d = self.points
        return f"M{a.x} {a.y} C{b.x} {b.y} {c.x} {c.y} {d.x} {d.y}"


@dataclass(frozen=True, slots=True)
class Link:
    """A line, as SVG's path: "family" from parent to child, "held" from a socket to who holds it."""

    key: str
    end: str
    kind: Literal["family", "held"]
    path: str
    curve: Curve | None = None


@dataclass
class Picture:
    """Everything that is drawn, in one picture as wide as it was told and as high as it must be."""

    width: float
    height: float = 0
    shapes: dict[str, Shape] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    pills: list[Pill] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)

    def put(self, box: Box, shape: Shape, x: float, y: float) -> None:
        """Place a box."""
        self.shapes[shape.name] = shape
        self.places.append(Place(box.key, shape.name, x, y))
        self.reach(y + shape.height)

    def reach(self, bottom: float) -> None:
        """Make the picture high enough for something that ends at `bottom`."""
        self.height = max(self.height, bottom + MARGIN)

    def tie(self, start: str, end: str, kind: Literal["family", "held"], path: str | Curve) -> None:
        """Draw a line between two things."""
        curve = path if isinstance(path, Curve) else None
        self.links.append(Link(f"{start}>{end}", end, kind, curve.path if curve else str(path), curve))


def socket_pill(address: str, caption: str, x: float, y: float, width: float) -> Pill:
    """Return a listening socket; an address that is too long for it loses its middle."""
    room, middle = int(width / 8), x + width / 2
    long = len(address) > room
    words = f"{address[: room // 2 - 1]}…{address[-(room // 2) :]}" if long else address
    labels = (
        Label("name", middle, y + 24, 14.5, "middle", "listening socket"),
        Label("address", middle, y + 43, 13, "middle", words),
        Label("caption", middle, y + 62, 12.5, "middle", caption),
    )
    queue = Dots(middle, y + PILL_HEIGHT, most=10, step=11)
    return Pill(address, x, y, width, PILL_HEIGHT, 24, labels, queue)


def missing_master(orphans: Iterable[Box], x: float, y: float, width: float, height: float) -> Frame:
    """Return what stands where a master would, above those who have none."""
    middle = x + width / 2
    over = all(box.mood == "dead" for box in orphans)
    lines = (NO_MASTER, "nobody replaced these" if over else "nobody replaces these")
    labels = tuple(
        Label("note", middle, y + 28 + 20 * line, 14, "middle", words) for line, words in enumerate(lines)
    )
    return Frame(NO_MASTER, x, y, width, height, labels=labels)
