"""The files that a configuration includes."""

from collections.abc import Iterator
from pathlib import Path

from labapp.servers.kinds.nginx.configuration.syntax import directives

_DEPTH = 5  # A file may include others, and by mistake itself.


def included(pattern: str, directory: Path) -> list[Path]:
    """Return the files that an `include` means; a relative one starts in the server's own directory."""
    whole = directory / pattern
    return sorted(Path(whole.anchor).glob(str(whole.relative_to(whole.anchor))))


def texts(text: str, directory: Path, depth: int = 0) -> Iterator[str]:
    """Yield a configuration, and that of each file which it includes, as far as they can be read."""
    yield text
    for one in directives(text):
        if one.name == "include" and one.arguments and depth < _DEPTH:
            for path in included(one.arguments[0], directory):
                try:
                    yield from texts(path.read_text(errors="replace"), directory, depth + 1)
                except OSError:
                    continue
