"""Who belongs to whom, and who holds which socket: what a picture needs to know before it is laid out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from labapp.views.tree.boxes import Box


@dataclass
class Family:
    """A master, unless it is gone, with the processes below it."""

    head: Box | None
    members: list[Box] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The family's name: its master's label."""
        return self.head.key if self.head else "orphans"

    @property
    def boxes(self) -> list[Box]:
        """The master first, if there is one, then its members."""
        return [self.head, *self.members] if self.head else self.members

    @property
    def depths(self) -> dict[str, int]:
        """How many of the other members are above each member: 0 for a child of the master."""
        depths: dict[str, int] = {}
        for box in self.members:
            depths[box.key] = depths[box.parent] + 1 if box.parent in depths else 0
        return depths


def find_families(boxes: Sequence[Box]) -> list[Family]:
    """Sort the boxes into families, masters in their order, after who keeps them; orphans come last.

    Within a family each process stands right before those below it.
    """
    known = {box.key for box in boxes}
    below: dict[str, list[Box]] = {}
    for box in boxes:
        if not box.is_head:
            below.setdefault(box.parent if box.parent in known else "", []).append(box)

    def gather(key: str) -> list[Box]:
        return [member for box in below.get(key, ()) for member in (box, *gather(box.key))]

    heads = sorted((box for box in boxes if box.is_head), key=lambda box: box.role != "supervisor")
    found = [Family(box, gather(box.key)) for box in heads]
    orphans = gather("")
    return [*found, Family(None, orphans)] if orphans else found


def held_sockets(boxes: Iterable[Box]) -> list[tuple[str, str]]:
    """Return each listening address with the words that say how many of the living hold it."""
    living = [box for box in boxes if box.mood != "dead"]
    holders: dict[str, int] = {}
    for box in living:
        for address in box.sockets:
            holders[address] = holders.get(address, 0) + 1
    return [(address, _caption(number, len(living))) for address, number in holders.items()]


def _caption(holders: int, living: int) -> str:
    if holders < living:
        return f"held by {holders} of {living} processes"
    return f"held by all {living} processes" if living > 1 else "held by one process"
