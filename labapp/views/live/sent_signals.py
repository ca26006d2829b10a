"""The signals that the lab sends: by a view's button, and from whatever cell, for a view to show."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from labapp.servers import listen_for_signals, send_signal

if TYPE_CHECKING:
    from labapp.observe import Tree
    from labapp.observe.kernel import Process

Sent = tuple[tuple[int, float], str, float]
"""A process's identity, a signal's short name, and when it was sent, by the monotonic clock."""
MOST = 100  # that nobody has asked for yet


def signal_labelled(tree: Tree, label: str, name: str) -> Process:
    """Send a signal to the process of this label, and return it.

    `ProcessLookupError`, `PermissionError` and `ValueError` say in a sentence why that could not be.
    """
    if (process := tree.find(label)) is None:
        raise ProcessLookupError(f"{label} has ended: {name} was not sent.")
    send_signal(process.pid, process.started, name)
    return process


class SentSignals:
    """Collects the signals sent while it listens. Whoever sends one may hold any lock: it never waits."""

    def __init__(self) -> None:
        self._sent: deque[Sent] = deque(maxlen=MOST)
        self._leave: Callable[[], None] | None = None

    @property
    def subscribed(self) -> bool:
        """Whether it is told of signals."""
        return self._leave is not None

    def subscribe(self) -> None:
        """Collect signals from now on."""
        if self._leave is None:
            self._leave = listen_for_signals(self._on_signal)

    def close(self) -> None:
        """Collect no more."""
        if self._leave is not None:
            self._leave()
            self._leave = None

    def drain(self) -> Iterator[Sent]:
        """Yield each signal that was sent, once."""
        while self._sent:
            yield self._sent.popleft()

    def _on_signal(self, pid: int, started: float, number: signal.Signals, at: float) -> None:
        self._sent.append(((pid, started), number.name.removeprefix("SIG"), at))
