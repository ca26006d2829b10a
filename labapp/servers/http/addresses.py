"""Addresses as the lab writes them: `127.0.0.1:8000`, `[::1]:8000`, `unix:/path`."""

import errno
import re
import socket

LOOPBACK = re.compile(r"127(\.\d+){3}|::1|::ffff:127(\.\d+){3}|localhost")
WILDCARDS = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "*": "127.0.0.1", "::": "::1"}


def host_and_port(address: str) -> tuple[str, int]:
    """Return the host (without brackets) and the port of a TCP address."""
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def is_loopback(address: str) -> bool:
    """Whether only this machine can reach what listens there; unix sockets count."""
    host = address.rpartition(":")[0].strip("[]")
    return address.startswith("unix:") or LOOPBACK.fullmatch(host) is not None


def free_port() -> int:
    """Return a loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(address: str) -> bool:
    """Whether one could listen at a TCP address of this machine, and be the only one there."""
    try:
        host, port = host_and_port(reachable(address))
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # As a server does.
            probe.bind((host, port))
    except (OSError, ValueError, OverflowError) as error:  # The server itself says what is no address.
        return not isinstance(error, OSError) or error.errno != errno.EADDRINUSE
    return True


def reachable(address: str) -> str:
    """Return the address by which this machine reaches what listens there: loopback for a wildcard."""
    if address.startswith("unix:"):
        return address
    host, port = host_and_port(address)
    host = WILDCARDS.get(host, host)
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
