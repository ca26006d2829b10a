"""What `/proc/PID/stat` says."""

from __future__ import annotations

import os
import sys

import pytest

from labapp.observe.kernel.identity import started_at
from labapp.observe.kernel.stat import parse_stat, read_stat

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has it")


def test_it_says_of_this_process_what_the_system_calls_say():
    found = read_stat(os.getpid())
    assert found is not None
    assert (found.ppid, found.session, found.ended) == (os.getppid(), os.getsid(0), False)
    assert found.threads >= 1
    assert found.started == started_at(os.getpid())


def test_a_name_may_hold_blanks_and_parentheses():
    fields = [b"0"] * 50
    found = parse_stat(b"7 (a) S (b c) R 3 " + b" ".join(fields))
    assert (found.command, found.state, found.ppid) == ("a) S (b c", "R", 3)


@pytest.mark.parametrize(("state", "ended"), [("R", False), ("t", False), ("Z", True), ("X", True)])
def test_who_waits_to_be_reaped_has_ended(state, ended):
    assert parse_stat(f"7 (a) {state} 3 {'0 ' * 50}".encode()).ended is ended
