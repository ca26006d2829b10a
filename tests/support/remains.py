"""What is left of servers, looked at from outside the owner that launched them."""

import json
import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from labapp.observe.kernel.identity import is_alive
from support.places import TESTS

PROGRAMS = TESTS / "integration" / "servers" / "programs"
on_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere orphans do not come home to the guard"
)
LIMIT = 2.0  # Seconds from the owner's end until nothing is left.


@dataclass
class Staged:
    """The servers an owner said it has launched."""

    servers: list[dict]

    @classmethod
    def told(cls, line: str) -> "Staged":
        return cls(json.loads(line))

    def alive(self) -> list[str]:
        """Return what there is of them now: processes, answering ports, directories."""
        found = []
        for server in self.servers:
            found += [f"process {pid}" for pid, started in server["processes"] if is_alive(pid, started)]
            found += [server["directory"]] if Path(server["directory"]).exists() else []
            with suppress(OSError), socket.create_connection(("127.0.0.1", server["port"]), timeout=1):
                found.append(f"port {server['port']}")
        return found

    def seconds_until_gone(self, limit: float = LIMIT) -> float:
        """Wait until nothing is left; return how long that took. AssertionError after `limit` seconds."""
        began = time.monotonic()
        while left := self.alive():
            assert time.monotonic() - began < limit, f"after {limit:g} s there is still {left}"
            time.sleep(0.005)
        return time.monotonic() - began
