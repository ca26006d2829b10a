"""The free addresses that the lab chooses where a configuration asks for them."""

from collections.abc import Mapping

from labapp.servers.http import free_port
from labapp.servers.kinds.nginx.configuration.template import Template


def choose_addresses(
    template: Template, names: Mapping[str, object], known: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return a free address for each name that asks for one and was given none, or the one it had."""
    chosen: dict[str, str] = {}
    ports: set[int] = set()
    for name in template.listens:
        if name in names:
            continue
        while (port := free_port()) in ports:
            pass
        ports.add(port)
        host = "[::1]" if name.endswith("_ipv6") else "127.0.0.1"
        chosen[name] = (known or {}).get(name) or f"{host}:{port}"
    return chosen
