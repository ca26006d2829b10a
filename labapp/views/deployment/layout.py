"""Where everything of a deployment is drawn: clients at the left, then each server right of who passes to it.

A server is a block: its name, a gate that is its listening socket, its workers, its master. The picture is
as wide and as high as its room, whatever its processes do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from labapp.views.deployment.column import Block, PlacedBlock, least_height, stack
from labapp.views.svg import Area


class Room(NamedTuple):
    """How wide and high a picture may be, in pixels of its own, of which letters have 12 or more."""

    width: float = 650
    height: float = 376

    @classmethod
    def bounded(cls, width: float, height: float) -> Room:
        """Return one that a picture can be laid out for; the page scales it to what it has."""
        return cls(min(max(width, 420), 1200), min(max(height, 200), 800))


ROOM = Room()
"""Of a live picture whose page has not said more."""
PAPER = Room(600)
"""Of a static picture: in half a window its letters are of 11 pixels still."""
LEFT, TOP = 14, 14
CLIENT_WIDTH, CLIENT_HEIGHT, CLIENT_GAP, CLIENTS = 122, 48, 8, 5
HEAD = 48  # of the clients' name and how many they are
BETWEEN = 40, 66  # two columns, in a narrow room and in a wide one; and
BEFORE = 14  # the first of them more, behind the clients
NARROWEST, WIDEST = 110, 220


@dataclass(frozen=True, slots=True)
class Wire:
    """A line by which requests may come: from the clients (empty) or a worker to a server's gate."""

    start: str
    end: str
    path: str


@dataclass(slots=True)
class Layout:
    """The whole picture."""

    slots: list[Area]
    """The places for clients."""
    blocks: dict[str, PlacedBlock]
    wires: list[Wire]
    width: float
    height: float
    """The same for the same servers in the same room."""

    @property
    def bottom(self) -> float:
        """Where the last of the blocks ends."""
        gates = [block.gate for block in self.blocks.values()]
        return max([TOP + HEAD + CLIENT_HEIGHT, *(gate.y + gate.height for gate in gates)])

    def as_values(self) -> dict[str, Any]:
        """Return it as plain values, for the browser."""
        return {
            "width": self.width,
            "height": self.height,
            "slots": [asdict(slot) for slot in self.slots],
            "blocks": [asdict(block) for block in self.blocks.values()],
            "wires": [asdict(wire) for wire in self.wires],
        }


def lay_out(blocks: Sequence[Block], passing: Sequence[tuple[str, str]], room: Room = ROOM) -> Layout:
    """Return where everything goes; `passing` says who passes requests to whom, "" being the clients."""
    columns = [[block for block in blocks if block.column == place] for place in range(_count(blocks))]
    between = min(max(room.width / 10, BETWEEN[0]), BETWEEN[1])
    first, gaps = LEFT + CLIENT_WIDTH + between + BEFORE, between * (len(columns) - 1)
    whole = max(room.width, first + gaps + NARROWEST * len(columns) + LEFT)
    free = whole - first - LEFT
    width = min(WIDEST, (free - gaps) / len(columns))
    step = (free - width) / (len(columns) - 1) if len(columns) > 1 else 0
    height = max([room.height, *(least_height(len(those)) + 2 * TOP for those in columns)])
    placed = {
        block.name: block
        for place, those in enumerate(columns)
        for block in stack(those, round(first + step * place), TOP, int(width), height - 2 * TOP)
    }
    top, pitch = TOP + HEAD, CLIENT_HEIGHT + CLIENT_GAP
    seats = min(CLIENTS, int((height - top - TOP + CLIENT_GAP) / pitch))
    slots = [Area(LEFT, top + number * pitch, CLIENT_WIDTH, CLIENT_HEIGHT, 8) for number in range(seats)]
    wires = [wire for start, end in passing for wire in _wires(start, placed, placed[end].gate, end)]
    return Layout(slots, placed, wires, whole, height)


def _count(blocks: Sequence[Block]) -> int:
    return max((block.column for block in blocks), default=0) + 1


def _wires(start: str, placed: dict[str, PlacedBlock], gate: Area, end: str) -> list[Wire]:
    """Draw a line from the clients, or from each worker of a server, to a gate."""
    middle = gate.y + gate.height / 2
    if not start:
        x, y = LEFT + CLIENT_WIDTH, TOP + HEAD + CLIENT_HEIGHT / 2
        return [Wire("", end, curve(x, y, gate.x, middle))]
    block = placed[start]
    working = [box for box in block.boxes if box.key.rpartition(" ")[2].startswith(("W", "S"))]
    return [
        Wire(
            box.key,
            end,
            curve(box.area.x + box.area.width, box.area.y + box.area.height / 2, gate.x, middle),
        )
        for box in working
    ]


def curve(x: float, y: float, to_x: float, to_y: float) -> str:
    """Return a curve from left to right that leaves and comes level, as SVG's path."""
    bend = (to_x - x) / 2
    return f"M{x:g} {y:g} C{x + bend:g} {y:g} {to_x - bend:g} {to_y:g} {to_x:g} {to_y:g}"
