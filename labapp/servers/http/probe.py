"""One request to a server that may not answer yet."""

import socket
import time

from labapp.servers.http.addresses import host_and_port, reachable


class Probe:
    """One request to one address, under way."""

    def __init__(self, address: str, path: str) -> None:
        self.address = address
        where = reachable(address)
        if where.startswith("unix:"):
            self._socket = socket.socket(socket.AF_UNIX)
            target: str | tuple[str, int] = where.removeprefix("unix:")
            where = "localhost"
        else:
            target = host_and_port(where)
            self._socket = socket.socket(socket.AF_INET6 if ":" in target[0] else socket.AF_INET)
        request = f"GET {path} HTTP/1.1\r\nHost: {where}\r\nUser-Agent: labapp\r\nConnection: close\r\n\r\n"
        self._unsent, self._received = request.encode(), b""
        self.hung_up = 0.0
        """When the server did, without an answer."""
        try:
            self._socket.settimeout(1.0)
            self._socket.connect(target)
            self._socket.setblocking(False)
            self._begin()
        except OSError:
            self.close()

    def fileno(self) -> int:
        """The socket's descriptor; -1 when it is closed."""
        return self._socket.fileno()

    def status(self) -> int | None:
        """The status of the answer, once it is here; closes itself when none will come."""
        try:
            chunk = self._exchange()
        except BlockingIOError:
            return None
        except OSError:
            chunk = b""
        self._received += chunk
        words = self._received.split(None, 2)
        if len(words) == 3 and words[0].startswith(b"HTTP/") and words[1].isdigit():
            return int(words[1])
        if not chunk:
            self.hung_up = time.monotonic()
            self.close()
        return None

    def _begin(self) -> None:
        self._socket.sendall(self._unsent)
        self._unsent = b""

    def _exchange(self) -> bytes:
        """Return what has come; `BlockingIOError` while nothing has."""
        return self._socket.recv(4096)

    def close(self) -> None:
        """Give up."""
        self._socket.close()
