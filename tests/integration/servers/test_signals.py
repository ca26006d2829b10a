"""A signal reaches the process that was meant, or nobody."""

import signal
import subprocess

import pytest

from labapp.observe.kernel.identity import is_alive, started_at
from labapp.servers import signals


def test_a_signal_reaches_only_the_process_that_was_meant() -> None:
    with subprocess.Popen(["sleep", "60"]) as sleeper:
        since = started_at(sleeper.pid)
        assert since is not None
        # The pid is right, but it is not the process that began then: it has changed hands.
        with pytest.raises(
            ProcessLookupError, match=rf"Process {sleeper.pid} has ended: SIGKILL was not sent"
        ):
            signals.send_signal(sleeper.pid, since - 1, "KILL")
        assert is_alive(sleeper.pid, since)
        signals.send_signal(sleeper.pid, since, "TERM")
        assert sleeper.wait() == -signal.SIGTERM
    with pytest.raises(ProcessLookupError):
        signals.send_signal(sleeper.pid, since, "TERM")


def test_a_zombie_takes_no_signals() -> None:
    with subprocess.Popen(["sleep", "60"]) as sleeper:
        since = started_at(sleeper.pid)
        assert since is not None
        sleeper.kill()
        while is_alive(sleeper.pid, since):
            pass
        with pytest.raises(ProcessLookupError):
            signals.send_signal(sleeper.pid, since, "TERM")
