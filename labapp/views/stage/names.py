"""What a notebook calls its servers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from labapp.servers import Server


def names_of(servers: Iterable[Server], namespace: Mapping[str, Any]) -> dict[Server, str]:
    """Return each server's name: its variable, else its program; those of one name are numbered."""
    variables = {id(value): name for name, value in reversed(list(namespace.items())) if name[0] != "_"}
    found: dict[Server, str] = {}
    for server in dict.fromkeys(servers):
        name = variables.get(id(server)) or server.typed.split()[0].split("/")[-1]
        taken = sum(1 for other in found.values() if other.split()[0] == name)
        found[server] = f"{name} {taken + 1}" if taken else name
    return found
