"""Which files the processes of a server hold open."""

from contextlib import suppress
from pathlib import Path


def held_open(processes, beginning):
    """Return the names of the files that their descriptors lead to, and that begin so."""
    names = set()
    for process in processes:
        with suppress(OSError):  # The process has ended.
            for descriptor in Path(f"/proc/{process.pid}/fd").iterdir():
                with suppress(OSError):  # Closed since.
                    names.add(descriptor.readlink().name)
    return {name for name in names if name.startswith(beginning)}
