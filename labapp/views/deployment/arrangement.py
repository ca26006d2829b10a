"""Who stands where in a live deployment, and who is connected: laid out anew only when that changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from labapp.views.deployment.column import Block
from labapp.views.deployment.layout import PAPER, ROOM, Layout, lay_out
from labapp.views.deployment.members import Member, columns, entered, links
from labapp.views.deployment.routes import Routes
from labapp.views.deployment.static import describe, heading

if TYPE_CHECKING:
    from labapp.views.deployment.layout import Room
    from labapp.views.tree import Box

WORKER, LASTING = "W", ("M", "S", "W")


class Arrangement:
    """The layout of some members, and the ways through it."""

    def __init__(self, members: Sequence[Member]) -> None:
        self._members = members
        self._order: dict[str, list[str]] = {member.name: [] for member in members}
        self._ended: dict[str, frozenset[str]] = {}
        self._known: tuple[object, ...] = ()
        self.room: Room = ROOM
        """What the page has for it."""
        self.depths: dict[str, int] = {}
        """How far each is from the clients."""
        self.linked: list[tuple[str, str]] = []
        """Who passes requests to whom."""
        self.first: list[str] = []
        """Those that the clients connect to."""
        self.layout: Layout
        self.routes: Routes

    def update(self, boxes: Mapping[str, Sequence[Box]], addresses: Mapping[str, frozenset[str]]) -> bool:
        """Lay out what there is now, a new worker where a dead one stood; return whether that is new."""
        names = [member.name for member in self._members]
        linked = links(self._members, [addresses[name] for name in names])
        for name in names:
            self._order[name] = replaced(self._order[name], boxes[name])
            self._ended[name] = ended(self._order[name], boxes[name])
        known = self.room, linked, tuple(map(tuple, self._order.values())), tuple(self._ended.values())
        if known == self._known:
            return False
        self._known = known
        self.linked = [(names[one], names[other]) for one, other in sorted(linked)]
        self.first = [names[place] for place in entered(len(names), linked)]
        depths = columns(len(names), linked)
        self.depths = dict(zip(names, depths, strict=True))
        self.layout = self._lay_out(self._order, self._ended, self.room)
        self.routes = Routes(self.layout)
        return True

    def settled(self) -> Layout:
        """Return the layout of who runs now, without helpers that come and go: the same in every run."""
        labels = {member.name: [one.label for one in member.server.tree()] for member in self._members}
        lasting = {name: [key for key in keys if key.startswith(LASTING)] for name, keys in labels.items()}
        return self._lay_out(lasting, {}, PAPER)

    def _lay_out(
        self, labels: Mapping[str, Sequence[str]], ended: Mapping[str, frozenset[str]], room: Room
    ) -> Layout:
        blocks = [
            Block(
                name,
                depth,
                tuple(key for key in labels[name] if key.startswith(WORKER)),
                tuple(key for key in labels[name] if not key.startswith(WORKER)),
                ended.get(name, frozenset()),
            )
            for name, depth in self.depths.items()
        ]
        return lay_out(blocks, self.passing, room)

    @property
    def passing(self) -> list[tuple[str, str]]:
        """Who passes requests to whom, the clients among them, as an empty name."""
        return [*(("", name) for name in self.first), *self.linked]

    @property
    def shown(self) -> set[str]:
        """The processes that can be chosen: each has a box, or a server's name stands for it."""
        blocks = self.layout.blocks.values()
        return {box.key for block in blocks for box in (*block.boxes, block.named) if box}

    @property
    def titles(self) -> dict[str, str]:
        """What people call each member's kind."""
        return {member.name: member.title for member in self._members}

    @property
    def title(self) -> str:
        """What the members are called, column by column."""
        columns = [
            [name for name in self.depths if self.depths[name] == depth]
            for depth in sorted(set(self.depths.values()))
        ]
        return " → ".join(map(", ".join, columns))

    def picture(self) -> dict[str, Any]:
        """Return the layout as plain values, for the browser."""
        values = self.layout.as_values()
        for block in values["blocks"]:
            block["heading"] = heading(self.layout.blocks[block["name"]], self.titles[block["name"]])
        return values | {"title": self.title, "said": describe(self.layout, self.titles, self.passing)}


def replaced(order: Sequence[str], boxes: Iterable[Box]) -> list[str]:
    """Return the labels in their places: a new one takes the place of one that has died, or is the last."""
    moods = {box.key: box.mood for box in boxes}
    found = list(order)
    for key in (key for key, mood in moods.items() if mood != "dead" and key not in order):
        gone = (
            place for place, old in enumerate(found) if moods.get(old, "dead") == "dead" and old[0] == key[0]
        )
        if (place := next(gone, None)) is None:
            found.append(key)
        else:
            found[place] = key
    return [key for key in found if key in moods]


def ended(order: Sequence[str], boxes: Iterable[Box]) -> frozenset[str]:
    """Return who has ended of the workers in `order`, if others live: of a server at its end all are told."""
    dead = {box.key for box in boxes if box.mood == "dead"}
    workers = {key for key in order if key.startswith(WORKER)}
    return frozenset(workers & dead) if workers - dead else frozenset()
