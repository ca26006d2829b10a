"""A laid-out picture: what is drawn, and where.

Two painters read it: `svg` for a page, `view.js` for the live view.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from labapp.views.svg.shapes import Shape
    from labapp.views.tree.boxes import Box

MARGIN = 16
PILL_HEIGHT = 76
NO_MASTER = ("no master", "nobody replaces these")


@dataclass(frozen=True, slots=True)
class Place:
    """A box's top left corner and the name of its shape."""

    key: str
    shape: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Pill:
    """A listening socket, and in its caption who holds it."""

    key: str
    caption: str
    x: float
    y: float
    width: float
    height: float

    @property
    def words(self) -> str:
        """The address, without its middle where it is too long for the pill."""
        room = int(self.width / 8)
        return (
            self.key if len(self.key) <= room else f"{self.key[: room // 2 - 1]}…{self.key[-(room // 2) :]}"
        )


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame around the workers of one master, or, with a note, in a missing master's place.

    `plug` is how far below its upper edge a socket is tied to its right edge; 0 where none is.
    """

    key: str
    note: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float
    plug: float = 0


@dataclass(frozen=True, slots=True)
class Link:
    """A line, as SVG's path: "family" from parent to child, "held" from a socket to who holds it."""

    key: str
    kind: Literal["family", "held"]
    path: str


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

    def tie(self, start: str, end: str, kind: Literal["family", "held"], path: str) -> None:
        """Draw a line between two things."""
        self.links.append(Link(f"{start}>{end}", kind, path))
