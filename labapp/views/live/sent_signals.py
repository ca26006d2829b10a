"""The signals that the lab sends, from whatever cell or button, for a view to tell of."""

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
    def listening(self) -> bool:
        """Whether it hears of signals."""
        return self._witness in signals.witnesses

    def listen(self) -> None:
        """Hear of signals from now on."""
        if not self.listening:
            signals.witnesses.append(self._witness)

    def close(self) -> None:
        """Hear of no more."""
        with suppress(ValueError):
            signals.witnesses.remove(self._witness)

    def take(self) -> Iterator[tuple[tuple[int, float], str]]:
        """Yield once each process that a signal was sent to, by its identity, and the signal's short name."""
        while self._sent:
            yield self._sent.popleft()

    def _witness(self, pid: int, started: float, number: signal.Signals, _at: float) -> None:
        self._sent.append(((pid, started), number.name.removeprefix("SIG")))
