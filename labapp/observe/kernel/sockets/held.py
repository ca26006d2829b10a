"""Which sockets a process holds (Linux)."""

# ruff: noqa: PTH115, PTH208 (pathlib takes several times as long)

import os
import re
from contextlib import suppress

_SOCKET = re.compile(r"socket:\[(\d+)\]")


def inodes(pid: int) -> dict[int, int]:
    """Return the inode of each socket by its descriptor; none of a process gone, or not this user's."""
    folder, found = f"/proc/{pid}/fd", {}
    with suppress(OSError):
        for descriptor in sorted(map(int, os.listdir(folder))):
            with suppress(OSError):
                if held := _SOCKET.fullmatch(os.readlink(f"{folder}/{descriptor}")):
                    found[descriptor] = int(held[1])
    return found
