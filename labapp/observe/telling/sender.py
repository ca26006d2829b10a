"""The events of an application's requests, sent from whichever process it serves in."""

from __future__ import annotations

import os
from _thread import allocate_lock
from collections.abc import Callable

from labapp.observe.server_events import EventSender

Flush = Callable[[], None]


class Telling:
    """One request, as its events need it: what was asked, and in the end what was answered."""

    __slots__ = ("method", "peer_addr", "status_code", "uri")

    def __init__(self, method: str, uri: str, port: int) -> None:
        self.method = method
        self.uri = uri
        self.peer_addr = ("", port)
        self.status_code: int | None = None


class Sender:
    """Sends for the process in which it is asked to: a server may fork after the application is loaded."""

    def __init__(self, path: str) -> None:
        self._events = EventSender(path)
        self._lock = allocate_lock()

    def begin(
        self, telling: Telling, unit: Callable[[], str], later: Callable[[Flush], object] | None = None
    ) -> None:
        """Send that a request begins; `unit` names what serves it. Nothing that goes wrong is raised.

        Where something can be called `later`, the ends of many requests are sent together.
        """
        try:
            if self._events.pid != os.getpid():
                self._renew(unit, later)
            self._events.begin(telling)
        except Exception:
            return  # Not by suppress(), which costs every request more.

    def end(self, telling: Telling) -> None:
        """Send that it ends, with the status that was answered."""
        try:
            self._events.end(telling, telling)
        except Exception:
            return

    def _renew(self, unit: Callable[[], str], later: Callable[[Flush], object] | None) -> None:
        with self._lock:
            if self._events.pid != os.getpid():
                events = self._events
                events.renew()
                events.unit = unit
                events.on_held = later and (lambda: later(events.flush))
