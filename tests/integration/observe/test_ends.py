"""The ends of processes: announced once, and nothing told afterwards."""

from __future__ import annotations

import select
import subprocess
import sys
from contextlib import closing

import pytest

from labapp.observe.kernel.announcers import open_announcer
from labapp.observe.kernel.identity import started_at
from labapp.observe.kernel.process import Process


def test_the_end_of_a_watched_process_is_announced_once():
    with closing(open_announcer("exits")) as events, subprocess.Popen(["sleep", "60"]) as child:
        events.watch({child.pid})
        assert not events.read().changed
        child.kill()
        assert select.select([events], [], [], 10)[0]
        announced = events.read()
        assert (announced.changed, announced.exits) == (True, {child.pid: None})
        assert not events.read().changed
        child.wait()
        events.watch({child.pid})
        assert not events.read().changed


def test_nothing_is_told_of_a_process_that_is_gone():
    with subprocess.Popen([sys.executable, "-S", "-c", ""]) as gone:
        gone.wait()
    assert started_at(gone.pid) is None
    with pytest.raises(ProcessLookupError, match=str(gone.pid)):
        Process(gone.pid, 1, 1.0, "python", "running", 1, 0.0, 1).pss()
