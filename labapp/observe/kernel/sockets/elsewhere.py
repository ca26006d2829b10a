"""Who listens where, on systems without `/proc`."""

from __future__ import annotations

import re
import socket
import subprocess
from contextlib import suppress

import psutil


def listening(pid: int) -> tuple[str, ...]:
    """Return the TCP addresses on which a process listens."""
    found: dict[str, None] = {}
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        for held in psutil.Process(pid).net_connections(kind="inet"):
            if held.status == psutil.CONN_LISTEN and held.laddr:
                host, port = held.laddr.ip, held.laddr.port
                found[f"[{host}]:{port}" if held.family == socket.AF_INET6 else f"{host}:{port}"] = None
    return tuple(found)


def descriptors(pid: int, address: str) -> dict[int, str]:
    """Return the descriptors of sockets that listen on `address`, each with the name that `lsof` gives it."""
    command = ["lsof", "-a", "-n", "-P", "-p", str(pid), f"-iTCP@{address}", "-sTCP:LISTEN", "-F", "fd"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return {int(number): name for number, name in re.findall(r"^f(\d+)\nd(\S+)$", listed, re.MULTILINE)}
