"""Where everything of a deployment is drawn: clients at the left, then each server right of who passes to it.

A server is a block: its name, a gate that is its listening socket, its workers, its master. The picture is
as high as it is, whatever its processes do: with more workers boxes get flat, then masters go, then the last
workers are counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from labapp.views.svg import Area

WIDTH, HEIGHT = 650, 376
LEFT, TOP = 14, 14
CLIENT_WIDTH, CLIENT_HEIGHT, CLIENT_GAP, CLIENTS = 122, 48, 8, 5
HEAD, NAME = 48, 26  # of a server's name and what it says of itself; of the name alone
FEW = 3  # servers in a column, up to which there is room for both
BETWEEN = 66  # two columns
BEFORE = 80  # the first of them, behind the clients
WIDEST = 220
GATE, GATE_SPACE = 8, 12
TALL, FLAT, GAP = 54, 28, 7
MORE = 18


@dataclass(frozen=True, slots=True)
class Block:
    """What a server needs to be laid out: its name, its workers' labels, whether there is a master."""

    name: str
    column: int
    workers: tuple[str, ...]
    heads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """A process's box: `key` is `web W1`; one line fits into a flat one."""

    key: str
    area: Area
    flat: bool


@dataclass(slots=True)
class PlacedBlock:
    """A server, laid out: its name at x, y, its gate, its boxes, and how many there is no room for."""

    name: str
    x: float
    y: float
    width: float
    brief: bool
    """Whether there is room for its name alone."""
    gate: Area
    boxes: list[Placed] = field(default_factory=list)
    more: int = 0


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

    @property
    def bottom(self) -> float:
        """Where the last of the blocks ends."""
        gates = [block.gate for block in self.blocks.values()]
        return max([TOP + HEAD + CLIENT_HEIGHT, *(gate.y + gate.height for gate in gates)])

    @property
    def height(self) -> float:
        """How high the live picture is: the same for the same servers."""
        return max(HEIGHT, self.bottom + TOP)

    def as_values(self) -> dict[str, Any]:
        """Return it as plain values, for the browser."""
        return {
            "width": WIDTH,
            "height": self.height,
            "slots": [asdict(slot) for slot in self.slots],
            "blocks": [asdict(block) for block in self.blocks.values()],
            "wires": [asdict(wire) for wire in self.wires],
        }


def lay_out(blocks: Sequence[Block], passing: Sequence[tuple[str, str]]) -> Layout:
    """Return where everything goes; `passing` says who passes requests to whom, "" being the clients."""
    count = max((block.column for block in blocks), default=0) + 1
    room = WIDTH - LEFT - (LEFT + CLIENT_WIDTH + BEFORE)
    width = min(WIDEST, (room - BETWEEN * (count - 1)) / count)
    step = (room - width) / (count - 1) if count > 1 else 0
    placed: dict[str, PlacedBlock] = {}
    for column in range(count):
        those = [block for block in blocks if block.column == column]
        x = LEFT + CLIENT_WIDTH + BEFORE + step * column
        placed |= {block.name: block for block in _column(those, round(x), int(width))}
    top = TOP + HEAD
    slots = [
        Area(LEFT, top + number * (CLIENT_HEIGHT + CLIENT_GAP), CLIENT_WIDTH, CLIENT_HEIGHT, 8)
        for number in range(CLIENTS)
    ]
    wires = [wire for start, end in passing for wire in _wires(start, placed, placed[end].gate, end)]
    return Layout(slots, placed, wires)


def _column(blocks: Sequence[Block], x: float, width: float) -> list[PlacedBlock]:
    """Stack the servers of a column: as telling as there is room for."""
    head = HEAD if len(blocks) <= FEW else NAME
    free = HEIGHT - 2 * TOP - len(blocks) * (head + 8)
    most = max((len(block.workers) for block in blocks), default=0)
    flat = _needed(blocks, TALL, most) > free
    if flat and _needed(blocks, FLAT, most) > free and len(blocks) > 1:
        blocks = [replace(block, heads=() if block.workers else block.heads) for block in blocks]
    while most > 1 and _needed(blocks, FLAT if flat else TALL, most) > free:
        most -= 1
    found, y = [], float(TOP)
    for block in blocks:
        shown = block.workers[:most] if len(block.workers) > most else block.workers
        placed = PlacedBlock(
            block.name, x, y, width, head == NAME, Area(0, 0, 0, 0), more=len(block.workers) - len(shown)
        )
        y += head
        top = y
        for label in shown:
            y = _put(placed, label, y, flat=flat)
        if placed.more:
            y += MORE
        for label in block.heads:
            y = _put(placed, label, y, flat=flat or bool(block.workers))
        bottom = max(y - GAP, top + FLAT)
        placed.gate = Area(x - GATE - GATE_SPACE / 2, top, GATE, bottom - top, GATE / 2)
        y = max(y, top + FLAT) + 8
        found.append(placed)
    return found


def _needed(blocks: Sequence[Block], height: float, most: int) -> float:
    """Return how high the boxes of a column are together, with so many workers of each server shown."""
    needed = 0.0
    for block in blocks:
        shown = min(len(block.workers), most)
        needed += shown * (height + GAP) + MORE * (shown < len(block.workers))
        needed += len(block.heads) * ((FLAT if block.workers else height) + GAP)
    return needed


def _put(block: PlacedBlock, label: str, y: float, *, flat: bool) -> float:
    height = FLAT if flat else TALL
    block.boxes.append(Placed(f"{block.name} {label}", Area(block.x, y, block.width, height, 9), flat))
    return y + height + GAP


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
