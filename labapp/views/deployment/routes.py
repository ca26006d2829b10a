"""The ways of requests through a laid-out deployment, as paths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from labapp.views.deployment.layout import curve

if TYPE_CHECKING:
    from labapp.views.deployment.layout import Layout
    from labapp.views.svg import Area


class Routes:
    """Knows the boxes of one layout by their names."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._boxes = {box.key: box.area for block in layout.blocks.values() for box in block.boxes}

    def to_box(self, slot: int | None, key: str) -> str:
        """Return the way from a client's place, or the first, to a process; nothing if it is not drawn."""
        end = self._end(key)
        return curve(*_out_of(self._slot(slot)), *end) if end else ""

    def between(self, start: str, end: str) -> str:
        """Return the way from a process to another, or to the gate of a server."""
        first, last = self._boxes.get(start), self._end(end)
        return curve(*_out_of(first), *last) if first and last else ""

    def through(self, slot: int | None, way: Sequence[str], *, from_clients: bool) -> str:
        """Return the whole way of a request: through each process of its `way`.

        Without `from_clients` it begins at the gate of the first, for nobody knows whence it came.
        """
        first, *others = way
        path = self.to_box(slot, first) if from_clients else self._from_gate(first)
        for here, there in zip(way, others, strict=False):
            area, onward = self._boxes.get(here), self.between(here, there)
            if not path or area is None or not onward:
                return path
            path += f" L{onward[1:]}"
        return path

    def _from_gate(self, key: str) -> str:
        block, end = self._layout.blocks.get(key.rpartition(" ")[0] or key), self._end(key)
        return curve(block.gate.x - 30, end[1], *end) if block and end else ""

    def _end(self, key: str) -> tuple[float, float] | None:
        """Return where a way into a box, or into a server as a whole, ends."""
        if area := self._boxes.get(key):
            return area.x, area.y + area.height / 2
        block = self._layout.blocks.get(key) or self._layout.blocks.get(key.rpartition(" ")[0])
        return (block.gate.x, block.gate.y + block.gate.height / 2) if block else None

    def _slot(self, slot: int | None) -> Area:
        slots = self._layout.slots
        return slots[slot if slot is not None and slot < len(slots) else 0]


def _out_of(area: Area) -> tuple[float, float]:
    return area.x + area.width, area.y + area.height / 2
