from __future__ import annotations

import os
import sys

import pytest

from labapp.observe.kernel.identity import started_at
from labapp.observe.kernel.process import Process, clock


def test_a_name_says_the_role_and_the_number(process):
    assert process(11, role="master", label="M").name == "master"
    assert process(11, role="master", label="M2").name == "master 2"
    assert process(11, role="worker", label="W13").name == "worker 13"
    assert process(11).name == "gunicorn"


def test_a_zombie_is_not_alive(process):
    assert process(11).alive
    assert not process(11, state="zombie").alive


def test_when_a_process_started():
    started = started_at(os.getpid())
    assert started is not None
    assert 0 < started <= clock()


def myself(started: float) -> Process:
    return Process(os.getpid(), os.getppid(), started, "pytest", "running", 1, 0.0, 1)


def test_pss_is_the_memory_of_that_very_process():
    started = started_at(os.getpid())
    assert started is not None
    assert myself(started).pss() > 1_000_000
    if sys.platform == "linux":
        with pytest.raises(ProcessLookupError, match="has ended"):
            myself(started - 1).pss()
