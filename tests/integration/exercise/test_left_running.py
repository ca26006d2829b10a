"""What an answer leaves running is ended, and told."""

import signal
import subprocess
from collections.abc import Callable
from typing import Any

from support.weekdays import seven

from labapp.course.exercise import Given, Outcome, Verdict
from labapp.course.exercise.run import run


def check(answer: Callable[[], Any]) -> Outcome:
    return run(seven, Given(answer))


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


def test_a_process_that_ran_before_is_left_alone() -> None:
    with subprocess.Popen(["sleep", "600"]) as before:
        assert check(lambda: 7).passed
        assert before.poll() is None
        before.kill()
