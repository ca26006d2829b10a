"""What the process tree of a kind of server looks like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from labapp.observe.kernel import Process
from labapp.observe.role import COMMON, Role


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known of the tree of a kind of server, before any process of it has been seen."""

    prefork: bool
    """Whether the first process is a master before it has forked anything; if supervised, each server's."""
    titles: Mapping[str, Role] = field(default_factory=dict)
    """What the titles mean that the server gives its processes, by how they begin."""
    supervised: bool = False
    """Whether the first process starts servers of their own."""
    hosted: bool = False
    """Whether a program that the first process starts, or one which that starts, is a master."""
    reloads: bool = False
    """Whether the first process only starts another, which serves, and does so anew when a file changes."""
    beyond: tuple[int, Role] | None = None
    """How many children it forks first, and what the next one is; None where all are alike."""
    spawns: bool = False
    """Whether each child becomes a program of its own, and who it is shows only then."""
    entitles: bool = False
    """Whether each child says who it is in its title, and has its parent's before."""

    @property
    def roles(self) -> tuple[Role, ...]:
        """All roles that a process of such a server may play."""
        return (*COMMON, *self.titles.values(), *((self.beyond[1],) if self.beyond else ()))

    def stated_by(self, process: Process) -> str:
        """Return the role that a process states in its title, else nothing."""
        stated = (role.name for title, role in self.titles.items() if process.title.startswith(title))
        return next(stated, "")
