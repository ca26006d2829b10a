"""The signals that the lab sends, from whatever cell or button, for a view to show."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Iterator
from contextlib import suppress

from labapp.servers import signals

MOST = 100  # that nobody has asked for yet


class SentSignals:
    """Collects the signals sent while it listens. Whoever sends one may hold any lock: it never waits."""

    def __init__(self) -> None:
        self._sent: deque[tuple[tuple[int, float], str]] = deque(maxlen=MOST)

    @property
    def subscribed(self) -> bool:
        """Whether it is told of signals."""
        return self._on_signal in signals.witnesses

    def subscribe(self) -> None:
        """Collect signals from now on."""
        if not self.subscribed:
            signals.witnesses.append(self._on_signal)

    def close(self) -> None:
        """Collect no more."""
        with suppress(ValueError):
            signals.witnesses.remove(self._on_signal)

    def drain(self) -> Iterator[tuple[tuple[int, float], str]]:
        """Yield once each process that a signal was sent to, by its identity, and the signal's short name."""
        while self._sent:
            yield self._sent.popleft()

    def _on_signal(self, pid: int, started: float, number: signal.Signals, _at: float) -> None:
        self._sent.append(((pid, started), number.name.removeprefix("SIG")))
