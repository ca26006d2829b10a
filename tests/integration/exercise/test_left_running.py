"""What an answer leaves running is ended, and told."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from support.courses.weekdays import patient, seven

from labapp.course.exercise import Given, Outcome, Verdict
from labapp.course.exercise.running.leftovers import Leftovers
from labapp.course.exercise.running.one_check import run
from labapp.observe.kernel import open_reader
from labapp.servers.guard import dismiss_spares, prepare_spare, spare


def check(answer: Callable[[], Any]) -> Outcome:
    return run(seven, Given(answer))


def children() -> set[int]:
    with open_reader(os.getpid()) as reader:
        return {process.pid for process in reader.read()}


def test_a_process_that_is_left_running_is_ended_and_named() -> None:
    started: list[subprocess.Popen[bytes]] = []

    def answer() -> int:
        started.append(subprocess.Popen(["sleep", "600"]))
        return 7

    outcome = check(answer)
    assert outcome.verdict is Verdict.FAIL
    assert outcome.expected == "nothing still running when your code is done"
    assert "sleep 600" in outcome.seen
    assert [process.wait(10) for process in started] == [-signal.SIGTERM] * len(started)


def test_a_process_left_running_by_a_wrong_answer_is_a_note() -> None:
    started: list[subprocess.Popen[bytes]] = []

    def answer() -> int:
        started.append(subprocess.Popen(["sleep", "600"]))
        return 8

    outcome = check(answer)
    assert outcome.seen == "`8`"
    assert len(outcome.notes) == 1
    assert "sleep 600" in outcome.notes[0]
    assert {process.wait(10) for process in started} == {-signal.SIGTERM}


def test_a_guard_that_is_being_started_for_the_next_launch_is_none() -> None:
    try:
        for _ in range(10):
            dismiss_spares()
            prepare_spare()
            deadline = time.monotonic() + 10
            while not spare._waiting and time.monotonic() < deadline:
                with Leftovers() as leftovers:
                    assert leftovers.clear() == ""
    finally:
        dismiss_spares()


def test_a_process_that_ran_before_is_left_alone() -> None:
    with subprocess.Popen(["sleep", "600"]) as before:
        assert check(lambda: 7).passed
        assert before.poll() is None
        before.kill()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere orphans do not come home")
def test_a_daemon_that_is_left_running_is_ended_and_named() -> None:
    before = children()

    def answer() -> int:
        subprocess.run("setsid sleep 600 &", shell=True, check=True)
        subprocess.run(["sh", "-c", "(sleep 601 & sleep 602) &"], check=True)
        return 7

    outcome = run(patient, Given(answer))
    assert outcome.expected == "nothing still running when your code is done"
    assert all(f"sleep {seconds}" in outcome.seen for seconds in (600, 601, 602))
    assert children() <= before


def test_a_fork_of_the_notebook_ends_where_it_would_leave_the_answer() -> None:
    before, here = children(), os.getpid()

    def answer() -> int:
        pid = os.fork()
        return os.waitpid(pid, 0)[1] + 7 if pid else 8

    # What is raised in a copy of this process would reach pytest, twice.
    def raising() -> int:
        if pid := os.fork():
            return os.waitpid(pid, 0)[1] + 7
        raise ValueError

    for each in (answer, raising):
        assert run(patient, Given(each)).passed
        assert os.getpid() == here
    assert children() <= before


def test_a_fork_that_does_not_end_is_ended_and_one_for_a_task_does_its_task() -> None:
    before = children()

    def endless() -> int:
        while os.fork() == 0:
            signal.pause()
        return 7

    assert "(now ended)" in run(patient, Given(endless)).seen

    def tasks() -> int:
        with multiprocessing.get_context("fork").Pool(2) as pool:
            return sum(pool.map(int, "34"))

    assert run(patient, Given(tasks)).passed
    assert children() <= before
