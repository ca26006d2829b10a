"""The servers of a deployment: their names, and who passes requests to whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labapp.arguments import ArgumentError
from labapp.servers import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

Links = frozenset[tuple[int, int]]
_COUNTED = ("first", "second", "third", "fourth", "fifth")


@dataclass(frozen=True, eq=False)
class Member:
    """A server, and what it is called beside the others."""

    name: str
    server: Server

    @property
    def title(self) -> str:
        """What people call its kind."""
        kind = self.server.kind
        return kind.name or kind.command.name


def named(servers: Sequence[object], given: Mapping[int, str]) -> list[Member]:
    """Return the members of a deployment, called as is `given` by their identities.

    `ArgumentError` says in a sentence what cannot be one.
    """
    found: list[Server] = []
    for place, server in enumerate(servers):
        which = _COUNTED[place] if place < len(_COUNTED) else f"{place + 1}th"
        if not isinstance(server, Server):
            raise ArgumentError(
                f"lab.watch takes servers, as a launch returns them: the {which} is of type"
                f" {type(server).__name__}."
            )
        if any(server is one for one in found):
            raise ArgumentError(f"lab.watch was given `{server.typed}` twice: name each server once.")
        if not server.running:
            raise ArgumentError(
                f"The {which} server, `{server.typed}`, has ended ({server.ending}): launch it again, or"
                " leave it out."
            )
        found.append(server)
    return list(_with_names(found, given))


def links(members: Sequence[Member], addresses: Sequence[frozenset[str]]) -> Links:
    """Return who passes requests to whom, by their places; `addresses` are those at which each listens."""
    return frozenset(
        (one, other)
        for one, member in enumerate(members)
        for other, reached in enumerate(addresses)
        if one != other and any(map(member.server.kind.passes_to, reached))
    )


def columns(count: int, passing: Links) -> list[int]:
    """Return for each of so many servers how far it is from the clients, 0 or more.

    One that nobody passes requests to stands first if it passes any on, else last.
    """
    depths = [0] * count
    for _ in range(count):  # So long a chain at most, or a circle.
        for one, other in passing:
            depths[other] = max(depths[other], min(depths[one] + 1, count - 1))
    last = max(depths, default=0)
    alone = set(range(count)) - {place for link in passing for place in link}
    return [last if place in alone else depth for place, depth in enumerate(depths)]


def entered(count: int, passing: Links) -> list[int]:
    """Return the places of those that clients connect to: who passes on, or all where nobody does."""
    behind, ahead = {other for _, other in passing}, {one for one, _ in passing}
    return [place for place in range(count) if place not in behind and (place in ahead or not passing)]


def _with_names(servers: Sequence[Server], given: Mapping[int, str]) -> Iterator[Member]:
    """Name each as the learner does, else as a configuration before it, else by its kind; none twice."""
    known = dict(given)
    for server in servers:
        behind: Mapping[str, object] = server.kind.behind
        for name, one in behind.items():
            known.setdefault(id(one), name)
    taken: set[str] = set()
    for server in servers:
        plain = known.get(id(server)) or (server.kind.name or server.kind.command.name).lower()
        name, number = plain, 1
        while name in taken:
            number += 1
            name = f"{plain} {number}"
        taken.add(name)
        yield Member(name, server)
