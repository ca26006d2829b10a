"""The shapes of boxes: which words a box of a given size shows, and where in it they stand. All in pixels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from labapp.views.svg import Area, Point

Anchor = Literal["start", "middle", "end"]
_once = lru_cache(maxsize=64)  # Each birth lays out all boxes anew, and most have a shape that was there.
STEP = 10  # from dot to dot


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one word in a box: its baseline's start, middle or end, and the font's size."""

    part: str
    x: float
    y: float
    size: float
    anchor: Anchor = "start"


@dataclass(frozen=True, slots=True)
class Label(Slot):
    """Words, and their place."""

    words: str = ""


@dataclass(frozen=True, slots=True)
class Dots:
    """Requests as dots, `most` of them, the first one's middle at x, y; `more` counts the others."""

    x: float
    y: float
    most: int
    step: float = STEP
    radius: float = 4.5
    more: Slot | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """A box of one size: its outline, the places of its words, of tag and bar, of a socket's plug.

    Where a worker's state stands, `room` is how wide the words may be, its `dots` before them among it.
    """

    name: str
    width: float
    height: float
    radius: float
    slots: tuple[Slot, ...]
    bar: Area
    tag: Area | None = None
    plug: Point | None = None
    dots: Dots | None = None
    room: float = 0

    @property
    def kind(self) -> str:
        """The name without what else it says: shapes of one name are one."""
        return self.name.split()[0]

    @property
    def parts(self) -> frozenset[str]:
        """The words that this shape can show."""
        return frozenset(slot.part for slot in self.slots)


def tag(x: float, y: float, width: float = 50, height: float = 21, size: float = 14) -> tuple[Area, Slot]:
    """Return a tag's frame and its word: the log begins each line with the same."""
    frame = Area(x, y, width, height, height / 2)
    return frame, Slot("tag", x + width / 2, y + height - 5.5, size, "middle")


def dots(most: int, x: float = 12, y: float = 0, radius: float = 4.5) -> Dots:
    """Return the dots of a box: on its upper edge, unless told where."""
    more = Slot("more", x + most * STEP - 3, y + 4.5, 12.5)
    return Dots(x, y, most, radius=radius, more=more)


def _bar(x: float, y: float, width: float, height: float) -> Area:
    return Area(x, y, width, height, height / 2)


@_once
def head(width: float, plug: Literal["right", "below"]) -> Shape:
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
    sockets = {"right": Point(width, height / 2), "below": Point(80, height)}
    bar, framed = _bar(12, height - 9, width - 24, 3), replace(frame, radius=4)
    return Shape(f"head {width:g} {plug}", width, height, 10, tuple(slots), bar, framed, sockets[plug])


@_once
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
    return Shape(
        name=f"wide {width:g} {height:g}",
        width=width,
        height=height,
        radius=9,
        slots=slots,
        bar=_bar(14, second - 8, 46, 7),
        tag=frame,
        plug=Point(0, round(height / 2)),
        dots=dots(4, 77, first - 5),
        room=width - 156,
    )


@_once
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
    bar = _bar(10, 49, width - 20, 3)
    return Shape(f"card {width:g}", width, 56, 8, tuple(slots), bar, frame, Point(0, 28), dots(8))


@_once
def tile(width: float) -> Shape:
    """Return a small box of two short lines; at least 134 wide."""
    frame, word = tag(6, 6, 42, 18, 13)
    slots = (
        word,
        Slot("pid", width - 7, 19.5, 12, "end"),
        Slot("brief", 8, 36, 12.5),
        Slot("load", 8, 36, 12.5),
    )
    return Shape(f"tile {width:g}", width, 45, 7, slots, _bar(7, 40, width - 14, 2.5), frame, dots=dots(6))


@_once
def stamp(width: float) -> Shape:
    """Return a box for a label and one short word; at least 91 wide."""
    slots = (
        Slot("chip", 8, 17, 13.5),
        Slot("brief", 8, 33, 12.5),
        Slot("share", 8, 33, 12.5),
    )
    return Shape(f"stamp {width:g}", width, 42, 7, slots, _bar(7, 37, width - 14, 2.5), dots=dots(4))


@_once
def chip(width: float) -> Shape:
    """Return the smallest box: a label with its mark, a bar below; at least 49 wide, from W100 on 52."""
    slots = (Slot("chip", width / 2, 17.5, 12.5, "middle"),)
    return Shape(
        f"chip {width:g}", width, 27, 6, slots, _bar(6, 21.5, width - 12, 2.5), dots=dots(3, radius=3.5)
    )
