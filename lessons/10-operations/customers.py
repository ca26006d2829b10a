"""Customers who ask an address again and again, and what became of each of their requests."""

import http.client
import threading
from collections import Counter
from dataclasses import dataclass
from time import monotonic


@dataclass(frozen=True)
class Visit:
    """One request: when it was sent, when it ended, and what came of it."""

    sent: float
    ended: float
    told: str
    by: str = ""


class Customers:
    """So many customers, each with one request after another and a connection for each, until `stop`."""

    def __init__(self, address, path="/whoami", number=4, pause=0.02):
        self.visits = []
        self._address, self._path, self._pause = address, path, pause
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._ask, daemon=True) for _ in range(number)]
        for thread in self._threads:
            thread.start()

    def _ask(self):
        while not self._over.wait(self._pause):
            sent = monotonic()
            line = http.client.HTTPConnection(self._address, timeout=20)
            try:
                line.request("GET", self._path)
                answer = line.getresponse()
                told, by = str(answer.status), answer.read().decode()
            except (OSError, http.client.HTTPException) as error:
                told, by = type(error).__name__, ""
            finally:
                line.close()
            self.visits.append(Visit(sent, monotonic(), told, by))

    def counted(self):
        """Return how many requests came to which end."""
        return Counter(visit.told for visit in self.visits)

    def lost(self):
        """Return how many requests were not answered with 200."""
        return sum(visit.told != "200" for visit in self.visits)

    def stop(self):
        """Send no more, and wait for the answers that are due."""
        self._over.set()
        for thread in self._threads:
            thread.join()

    def __enter__(self):
        return self

    def __exit__(self, *raised):
        self.stop()
