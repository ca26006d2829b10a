"""Ended children that nobody fetches, where there is no init."""

from __future__ import annotations

import os
import subprocess

import psutil

from labapp.course.desk import orphans


def test_what_nobody_fetches_between_two_looks_is_fetched() -> None:
    left = [subprocess.Popen(["true"], start_new_session=alone) for alone in (True, True, False)]
    try:
        for process in left:
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        fetcher = orphans.Orphans()
        for alive in (3, 1):
            fetcher.fetch()
            assert sum(psutil.pid_exists(process.pid) for process in left) == alive
        assert psutil.Process(left[2].pid).status() == psutil.STATUS_ZOMBIE
    finally:
        for process in left:
            process.wait()
