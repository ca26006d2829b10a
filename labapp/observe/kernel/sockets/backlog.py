"""How many connections wait in the queue of a listening socket."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from labapp.observe.kernel.sockets.diagnosis import queue_length


def waiting(addresses: Iterable[str]) -> dict[str, int]:
    """Return how many wait at each of these addresses (`127.0.0.1:8000`) at which anybody waits.

    Unix sockets are left out, and all of them where the system does not tell.
    """
    found = {address: _length(address) for address in addresses if not address.startswith("unix:")}
    return {address: number for address, number in found.items() if number}


def _length(address: str) -> int:
    host, _, port = address.rpartition(":")
    try:
        return queue_length(host.strip("[]"), int(port)) if sys.platform == "linux" else 0
    except (OSError, ValueError):
        return 0
