"""Servers below each other: as telling as there is room for.

With more processes, or less room, boxes get flat, then names and boxes dense, then tight; then the last
workers are counted, and only then masters share the line of their server's name, by which they are chosen
and sent signals. Who has ended gets what the living leave.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from labapp.views.svg import Area

GATE, GATE_SPACE = 8, 12
AFTER = 6  # pixels between two servers
MORE = 18  # for the number of those that are not drawn
NAMED = 3  # between a name that is a box as well and those below it


@dataclass(frozen=True, slots=True)
class Block:
    """What a server needs to be laid out: its name, its workers' labels, whether there is a master."""

    name: str
    column: int
    workers: tuple[str, ...]
    heads: tuple[str, ...] = ()
    ended: frozenset[str] = frozenset()
    """Those of the workers that have ended, where others live."""

    def shown(self, living: int, ended: int) -> list[str]:
        """Return the first so many workers of both kinds, in their order."""
        here = [label for label in self.workers if label not in self.ended][:living]
        gone = [label for label in self.workers if label in self.ended][:ended]
        return [label for label in self.workers if label in here or label in gone]

    @property
    def chief(self) -> str:
        """The label of the one that signals to a server are for: its master, if it has one."""
        return next((head for head in self.heads if head.startswith("M")), self.heads[0])


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
    """Whether name and figures share a line."""
    gate: Area
    boxes: list[Placed] = field(default_factory=list)
    more: int = 0
    named: Placed | None = None
    """The process that the server's name stands for, where there is room for one of the two."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a column is stacked: pixels for a name, for a box of each kind, between two."""

    head: float
    worker: float
    ended: float
    flat: float
    gap: float
    masters: bool = True


ROOMY = Form(48, 54, 54, 28, 7)
FLAT = Form(48, 28, 28, 28, 7)
DENSE = Form(24, 24, 24, 24, 4)
TIGHT = Form(22, 20, 20, 20, 3)
LAST = replace(DENSE, masters=False)


@dataclass(frozen=True, slots=True)
class Stacking:
    """A form, and how many living and ended workers of each server are drawn."""

    form: Form
    living: int
    ended: int

    def heights(self, block: Block) -> Iterator[tuple[str, float]]:
        """Yield each process that is drawn, and how high its box is."""
        form = self.form
        for label in block.shown(self.living, self.ended):
            yield label, form.ended if label in block.ended else form.worker
        for label in block.heads if form.masters or not block.workers else ():
            yield label, form.flat if block.workers else form.worker

    def more(self, block: Block) -> int:
        """Return how many living workers are not drawn."""
        return max(len(block.workers) - len(block.ended) - self.living, 0)

    def height(self, block: Block) -> float:
        """Return how high a server is, with what is below it."""
        boxes = sum(height + self.form.gap for _, height in self.heights(block))
        return self.form.head + max(boxes, FLAT.flat) + MORE * (self.more(block) > 0) + AFTER


def stack(blocks: Sequence[Block], x: float, y: float, width: float, free: float) -> list[PlacedBlock]:
    """Place the servers of a column below each other, in so much free height."""
    stackings = list(_stackings(blocks))
    fitting = (one for one in stackings if sum(map(one.height, blocks)) <= free)
    stacking, found = next(fitting, stackings[-1]), []
    for block in blocks:
        found.append(_place(block, stacking, x, y, width))
        y += stacking.height(block)
    return found


def least_height(servers: int) -> float:
    """Return what a column of so many needs when the last workers are counted, whatever happens there."""
    return servers * (LAST.head + max(LAST.worker + LAST.gap, FLAT.flat) + MORE + AFTER)


def _stackings(blocks: Sequence[Block]) -> Iterator[Stacking]:
    """Yield the ways to draw a column, the most telling first."""
    ended = max((len(block.ended) for block in blocks), default=0)
    living = max((len(block.workers) - len(block.ended) for block in blocks), default=0)
    for form in (ROOMY, FLAT, DENSE, TIGHT):
        yield Stacking(form, living, ended)
        flat = replace(form, ended=form.flat)
        for fewer in range(ended, -1, -1):
            yield Stacking(flat, living, fewer)
    for fewer in range(living - 1, 0, -1):
        yield Stacking(TIGHT, fewer, 0)
    # A server alone keeps its master, who is sent signals.
    for fewer in range(living, 0, -1) if len(blocks) > 1 else ():
        yield Stacking(LAST, fewer, 0)


def _place(block: Block, stacking: Stacking, x: float, y: float, width: float) -> PlacedBlock:
    form, more = stacking.form, stacking.more(block)
    top = y + form.head
    placed = PlacedBlock(block.name, x, y, width, form.head < ROOMY.head, Area(0, 0, 0, 0), more=more)
    y = top
    for label, height in stacking.heights(block):
        if more and label in block.heads and label == block.heads[0]:
            y += MORE
        area = Area(x, y, width, height, min(9, height / 3))
        placed.boxes.append(Placed(f"{block.name} {label}", area, height < ROOMY.worker))
        y += height + form.gap
    heads = {f"{block.name} {head}" for head in block.heads}
    if not heads & {box.key for box in placed.boxes}:
        y += MORE * (more > 0)
        if heads:
            area = Area(x, placed.y, width, form.head - NAMED, 6)
            placed.named = Placed(f"{block.name} {block.chief}", area, flat=True)
    bottom = max(y - form.gap, top + FLAT.flat)
    placed.gate = Area(x - GATE - GATE_SPACE / 2, top, GATE, bottom - top, GATE / 2)
    return placed
