"""Where a configuration keeps its requests from the lab: an `access_log` of its own takes the lab's place."""

from collections.abc import Iterator
from pathlib import Path

from labapp.servers.kinds.nginx.configuration.includes import texts
from labapp.servers.kinds.nginx.configuration.syntax import Directive, read


def unlogged(text: str, directory: Path) -> Iterator[str]:
    """Yield the blocks that do, as they are written: `location /health`; `http` where it is off for all."""
    for one in texts(text, directory):
        yield from _unlogged(read(one), "")


def _unlogged(directives: list[Directive], where: str) -> Iterator[str]:
    for one in directives:
        if one.name == "access_log":
            # Beside the lab's own, in the block around all, another log is one more.
            if where or one.arguments[:1] == ["off"]:
                yield where or "http"
        elif one.block is not None:
            yield from _unlogged(one.block, " ".join([one.name, *one.arguments]))
