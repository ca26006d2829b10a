"""What a notebook calls its servers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from labapp.servers import Server

_MOST = 100  # entries: a larger dictionary holds a learner's data


def names_of(servers: Iterable[Server], namespace: Mapping[str, Any]) -> dict[Server, str]:
    """Return each server's name: its variable or key, else its program; those of one name are numbered."""
    given = given_names(namespace)
    found: dict[Server, str] = {}
    for server in dict.fromkeys(servers):
        name = given.get(id(server)) or server.typed.split()[0].split("/")[-1]
        taken = sum(1 for other in found.values() if other.split()[0] == name)
        found[server] = f"{name} {taken + 1}" if taken else name
    return found


def given_names(namespace: Mapping[str, Any]) -> dict[int, str]:
    """Return by the identity of each thing that has one its variable or, in a small dictionary, its key."""
    values = [(name, value) for name, value in reversed(list(namespace.items())) if name[0] != "_"]
    small = [value for _, value in values if isinstance(value, dict) and len(value) <= _MOST]
    kept = [pair for value in small for pair in list(value.items())]
    keys = {id(server): key for key, server in kept if isinstance(key, str) and key}
    return keys | {id(value): name for name, value in values}
