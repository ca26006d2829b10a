"""To whom a configuration passes requests: the addresses that stand in it."""

import re
from collections.abc import Iterator
from pathlib import Path

from labapp.servers.kinds.nginx.configuration.includes import texts
from labapp.servers.kinds.nginx.configuration.syntax import everything, read

_PASSING = frozenset({"proxy_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "grpc_pass"})
# http://127.0.0.1:8000/deep/, unix:/run/app.sock:/deep/, 127.0.0.1:8000
_ADDRESS = re.compile(r"(?:\w+://)?(unix:[^:]+|[^/]+)")


def passed_to(text: str, directory: Path) -> set[str]:
    """Return the addresses, `127.0.0.1:8000` or `unix:/run/app.sock`; a name or a variable stays one."""
    return {found[1] for word in _named(text, directory) if (found := _ADDRESS.match(word))}


def _named(text: str, directory: Path) -> Iterator[str]:
    for one in texts(text, directory):
        for directive in everything(read(one)):
            if directive.name in _PASSING or (directive.name == "server" and directive.block is None):
                yield from directive.arguments[:1]
