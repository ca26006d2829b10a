"""Customers who ask a server again and again while something is being done to it."""

from collections import Counter
from threading import Event, Lock, Thread
from time import monotonic

import httpx


class Traffic:
    """Four customers, each with one request after another, until `stop`; and what became of each request.

    When it has been made, the first of them has an answer.
    """

    def __init__(self, web):
        self.answers = Counter()
        self.failures = Counter()
        self.longest = 0.0
        self._web = web
        self._lock = Lock()
        self._over, self._begun = Event(), Event()
        self._customers = [Thread(target=self._ask, daemon=True) for _ in range(4)]
        for customer in self._customers:
            customer.start()
        self._begun.wait(10)

    def _ask(self):
        while not self._over.wait(0.02):
            begun = monotonic()
            try:
                response = self._web.get("/")
                response.raise_for_status()
            except httpx.HTTPError as error:
                kept, what = self.failures, type(error).__name__
            else:
                kept, what = self.answers, response.text
            with self._lock:
                kept[what] += 1
                self.longest = max(self.longest, monotonic() - begun)
            self._begun.set()

    def stop(self):
        """Send no more, and wait for the answers that are due."""
        self._over.set()
        for customer in self._customers:
            customer.join()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.stop()
