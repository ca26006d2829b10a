from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress

import pytest
from support.families import PROGRAMS
from support.waiting import gone, wait_for


@contextmanager
def kernel(family, *options: str):
    """A process that follows the family, and the pids that it told."""
    command = [sys.executable, str(PROGRAMS / "kernel.py"), str(family.root.pid), str(family.log), *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_its_kernel(prefork, number):
    with kernel(prefork(2)) as (process, (sampler,)):
        assert not gone(sampler)
        process.send_signal(number)
        process.wait()
        wait_for(lambda: gone(sampler))


def test_it_ends_when_its_kernel_exits(prefork):
    with kernel(prefork(2)) as (process, (sampler,)):
        process.stdin.close()
        process.wait()
        wait_for(lambda: gone(sampler))


def test_it_ends_even_when_a_child_of_the_kernel_holds_its_pipe(prefork):
    with kernel(prefork(2), "child") as (process, pids):
        process.kill()
        process.wait()
        child_and_sampler = set(pids)
        wait_for(lambda: [gone(pid) for pid in child_and_sampler].count(True) == 1)
        process.stdin.close()
        wait_for(lambda: all(gone(pid) for pid in child_and_sampler))


def test_it_ends_when_its_guard_is_killed(prefork):
    family = prefork(1)
    with kernel(family) as (_, (sampler,)):
        members = family.read()
        family.root.kill()
        family.root.wait()
        wait_for(lambda: gone(sampler))
        for process in members:
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
        wait_for(lambda: all(gone(process.pid) for process in members))
