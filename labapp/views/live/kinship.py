"""Under whom the processes of one server stand: under whom they were born, and who is above them now."""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labapp.observe import Tree

Identity = tuple[int, float]


class Kinship:
    """Who is whose parent; it knows of a process until it is told to forget it."""

    def __init__(self) -> None:
        self._first: dict[Identity, Identity] = {}
        self._last: dict[Identity, Identity | None] = {}

    def on_tree(self, tree: Tree) -> None:
        """Take in who is above whom now."""
        here = {process.pid: process.identity for process in tree}
        for process in tree:
            above = self._last[process.identity] = here.get(process.ppid)
            if above is not None:
                self._first.setdefault(process.identity, above)

    def first(self, child: Identity) -> Identity | None:
        """Return the first parent that was seen: a master that has died stays it."""
        return self._first.get(child)

    def last(self, child: Identity) -> Identity | None:
        """Return the last parent, None for an orphan."""
        return self._last.get(child)

    def parents(self, children: Iterable[Identity]) -> Set[Identity]:
        """Return the first parents of `children`."""
        return {self._first[child] for child in children if child in self._first}

    def forget(self, identity: Identity) -> None:
        """Let go of a process."""
        self._first.pop(identity, None)
        self._last.pop(identity, None)
