"""The guard finds who descends from whom, with /proc and without."""

import os
import signal
import subprocess

from support.waiting import wait_for

from labapp.servers.guard import guard


def test_children_are_read_from_proc() -> None:
    with subprocess.Popen(["sleep", "60"]) as sleeper:
        assert sleeper.pid in guard.children(os.getpid())
        assert guard.children(sleeper.pid) == set()
        sleeper.kill()
    assert guard.children(sleeper.pid) == set()


def test_relatives_are_found_without_proc_too() -> None:
    with subprocess.Popen(["sh", "-c", "sleep 60 & sleep 60"], start_new_session=True) as shell:
        family = wait_for(
            lambda: len(guard.children(shell.pid)) == 2 and guard.children(shell.pid), 10, "both"
        )
        assert guard.related(shell.pid) >= {shell.pid, *family}
        assert guard.related(0) >= {shell.pid, *family}
        os.killpg(shell.pid, signal.SIGKILL)
