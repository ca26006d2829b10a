"""Who a process is, and whether it is that one still."""

from __future__ import annotations

import os
import subprocess
import sys

from labapp.observe.kernel.identity import is_alive, started_at


def test_a_zombie_has_ended_and_is_nobody_alive():
    with subprocess.Popen([sys.executable, "-I", "-S", "-c", "input()"], stdin=subprocess.PIPE) as child:
        started = started_at(child.pid)
        assert started is not None
        assert is_alive(child.pid, started)
        assert child.stdin is not None
        child.stdin.close()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert started_at(child.pid) is None
        assert not is_alive(child.pid, started)
