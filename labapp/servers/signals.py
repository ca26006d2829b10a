"""Signals by the names people use, delivered to the process that was meant."""

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from labapp.observe.kernel import is_alive

Which = str | int | signal.Signals
Listener = Callable[[int, float, signal.Signals, float], None]
"""Is told of a signal sent: the pid, its start time, the signal, and when, by the monotonic clock."""

_listeners: list[Listener] = []


def listen_for_signals(listener: Listener) -> Callable[[], None]:
    """Have a listener told of each signal that the lab sends; return how to end that."""
    _listeners.append(listener)

    def leave() -> None:
        with suppress(ValueError):
            _listeners.remove(listener)

    return leave


def parse_signal(which: Which) -> signal.Signals:
    """Return the signal meant by `"TTIN"`, `"SIGTTIN"`, `signal.SIGTTIN` or 21; `ValueError` lists all."""
    with suppress(ValueError):
        if isinstance(which, str) and not which.isdigit():
            name = which.strip().upper().removeprefix("SIG")
            if found := {known.name: known for known in signal.Signals}.get(f"SIG{name}"):
                return found
        elif isinstance(which, str | int) and not isinstance(which, bool):
            return signal.Signals(int(which))
    names = ", ".join(sorted(known.name.removeprefix("SIG") for known in signal.Signals))
    raise ValueError(f"There is no signal {which!r} here. The names: {names}.")


def send_signal(pid: int, started: float, which: Which) -> None:
    """Send a signal to the process `pid` of that start time; `ProcessLookupError` if it has ended."""
    number = parse_signal(which)
    at = time.monotonic()
    _send(pid, started, number)
    for listener in tuple(_listeners):
        listener(pid, started, number, at)


def _send(pid: int, started: float, number: signal.Signals) -> None:
    gone = ProcessLookupError(f"Process {pid} has ended: {number.name} was not sent.")
    if sys.platform != "linux":
        if not is_alive(pid, started):
            raise gone
        os.kill(pid, number)
        return
    try:
        # The descriptor keeps to one process: if the right one has the pid now, it is the one opened here.
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        raise gone from None
    try:
        if not is_alive(pid, started):
            raise gone
        signal.pidfd_send_signal(descriptor, number)
    except ProcessLookupError:
        raise gone from None
    finally:
        os.close(descriptor)
