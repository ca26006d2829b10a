"""The shapes of boxes: which words a box of a given size shows, and where in it they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one word in a box: its baseline's start, middle or end, and the font's size."""

    part: str
    x: float
    y: float
    size: float
    anchor: Anchor = "start"


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle inside a box: the tag's frame, the bar of processor time."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Shape:
    """A box of one size: its outline, the places of its words, of tag and bar, of a socket's plug."""

    name: str
    width: float
    height: float
    radius: float
    slots: tuple[Slot, ...]
    bar: Area
    tag: Area | None = None
    plug: tuple[float, float] | None = None

    @property
    def parts(self) -> frozenset[str]:
        """The words that this shape can show."""
        return frozenset(slot.part for slot in self.slots)


def tag(x: float, y: float, width: float = 50, height: float = 21, size: float = 14) -> tuple[Area, Slot]:
    """Return a tag's frame and its word: the log begins each line with the same."""
    return Area(x, y, width, height), Slot("tag", x + width / 2, y + height - 5.5, size, "middle")


def head(width: float, plug: Literal["left", "right"] = "left") -> Shape:
    """Return the box of a master: who it is in large, its figures below; at least 190 wide."""
    frame, word = tag(12, 10)
    narrow = width < 215
    height = 82 if narrow else 64
    slots = [word, Slot("kind", 71, 26, 16), Slot("notable", 13, height - 16, 13.5)]
    if narrow:
        slots += [
            Slot("pid", 13, 48, 13),
            Slot("threads", width - 12, 48, 13, "end"),
            Slot("load", 13, 66, 13),
        ]
    else:
        slots += [Slot("pid", width - 12, 25.5, 13, "end"), Slot("figures", 13, 48, 13)]
    bar = Area(12, height - 9, width - 24, 3)
    return Shape(
        "head", width, height, 10, tuple(slots), bar, frame, (0 if plug == "left" else width, height / 2)
    )


def wide(width: float, height: float) -> Shape:
    """Return a worker's box with room for everything, in two lines; at least 280 wide, 46 high.

    From 350 on there is room for how many requests it served, too.
    """
    first, second = height * 0.31 + 5, height * 0.69 + 6
    frame, word = tag(12, first - 15.5)
    slots = (
        word,
        Slot("state", 72, first, 14.5),
        Slot("verdict", 72, first, 14),
        Slot("pid", width - 12, first, 13, "end"),
        Slot("cpu", 72, second, 13),
        Slot("memory", 144, second, 13),
        Slot("threads", 208, second, 13),
        Slot("lived", 72, second, 13),
        *((Slot("served", width - 12, second, 13, "end"),) if width >= 350 else ()),
    )
    bar = Area(14, second - 8, 46, 7)
    return Shape(f"wide {width:g} {height:g}", width, height, 9, slots, bar, frame, (0, round(height / 2)))


def card(width: float) -> Shape:
    """Return a worker's box whose second line tells what is notable, else its figures; at least 180 wide."""
    frame, word = tag(10, 8)
    slots = [
        word,
        Slot("pid", width - 10, 23.5, 13, "end"),
        Slot("notable", 11, 44, 13),
    ]
    if width >= 225:
        slots += [Slot("manner", 67, 23.5, 13.5), Slot("figures", 11, 44, 13)]
    else:
        slots.append(Slot("load", 11, 44, 13))
    return Shape("card", width, 56, 8, tuple(slots), Area(10, 49, width - 20, 3), frame, (0, 28))


def tile(width: float) -> Shape:
    """Return a small box of two short lines; at least 134 wide."""
    frame, word = tag(6, 6, 42, 18, 13)
    slots = (
        word,
        Slot("pid", width - 7, 19.5, 12, "end"),
        Slot("brief", 8, 36, 12.5),
        Slot("load", 8, 36, 12.5),
    )
    return Shape("tile", width, 45, 7, slots, Area(7, 40, width - 14, 2.5), frame)


def stamp(width: float) -> Shape:
    """Return a box for a label and one short word; at least 91 wide."""
    slots = (
        Slot("chip", 8, 17, 13.5),
        Slot("brief", 8, 33, 12.5),
        Slot("share", 8, 33, 12.5),
    )
    return Shape("stamp", width, 42, 7, slots, Area(7, 37, width - 14, 2.5))


def chip(width: float) -> Shape:
    """Return the smallest box: a label with its mark, a bar below; at least 49 wide."""
    slots = (Slot("chip", width / 2, 17.5, 12.5, "middle"),)
    return Shape("chip", width, 27, 6, slots, Area(6, 21.5, width - 12, 2.5))
