"""Hears what Gunicorn tells a statsd: lines such as `gunicorn.requests:1|c`, one datagram each."""

import socket
from collections import Counter


class Statsd:
    """A socket at a free port of loopback, and how often each name was told."""

    def __init__(self):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.5)
        self.port = self._socket.getsockname()[1]
        self.told = []

    def counts(self):
        """Read what has come; return the sum of each counter, by its name."""
        try:
            while True:
                self.told += self._socket.recv(4096).decode().splitlines()
        except TimeoutError:
            pass
        found = Counter()
        for line in self.told:
            name, _, rest = line.partition(":")
            value, kind = rest.split("|")[:2]
            if kind == "c":
                found[name] += int(float(value))
        return dict(found)

    def close(self):
        """Listen no more."""
        self._socket.close()
