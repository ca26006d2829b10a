"""What an answer does to the whole process: undone, named, and one check at a time."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from support.courses.weekdays import patient, seven

from labapp.course.exercise import Given, Outcome, Question, Verdict
from labapp.course.exercise.running.one_check import run

# Python says nothing of a thread that ends by SystemExit; pytest does.
ENDED = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")


def check(answer: Callable[[], Any], asked: Question = seven) -> Outcome:
    return run(asked, Given(answer))


def test_of_two_checks_at_once_the_second_is_asked_to_wait() -> None:
    asked, go = threading.Event(), threading.Event()
    first: list[Outcome] = []

    def answer() -> int:
        asked.set()
        go.wait(20)
        return 7

    out = sys.stdout
    thread = threading.Thread(target=lambda: first.append(check(answer, patient)))
    thread.start()
    assert asked.wait(20)
    second = check(lambda: 7)
    go.set()
    thread.join()
    assert second.verdict is Verdict.UNATTEMPTED
    assert second.problem.startswith("Another check is running in this notebook.")
    assert [outcome.verdict for outcome in first] == [Verdict.PASS]
    assert sys.stdout is out
    assert check(lambda: 7).passed


def test_a_check_within_an_answer_is_one_too_many() -> None:
    seen: list[Outcome] = []

    def answer() -> int:
        seen.append(check(lambda: 7))
        return 7

    assert check(answer).passed
    assert [outcome.verdict for outcome in seen] == [Verdict.UNATTEMPTED]


def test_what_is_changed_for_the_whole_notebook_is_put_back_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEB_CONCURRENCY", "2")
    before = Path.cwd(), dict(os.environ), signal.getsignal(signal.SIGUSR2)

    def answer() -> int:
        os.chdir(tmp_path)
        os.environ["WEB_CONCURRENCY"] = "9"
        os.environ["HERE"] = "1"
        signal.signal(signal.SIGUSR2, signal.SIG_IGN)
        return 7

    outcome = check(answer)
    assert outcome.passed
    [note] = outcome.notes
    assert note == (
        f"your code changed the working folder, to `{tmp_path}`, the environment's `HERE`,"
        " the environment's `WEB_CONCURRENCY`, what happens at SIGUSR2 (now as it was before)"
    )
    assert (Path.cwd(), dict(os.environ), signal.getsignal(signal.SIGUSR2)) == before


@ENDED
def test_a_thread_that_goes_on_is_ended_and_named() -> None:
    begun = threading.Event()

    def loop() -> None:
        begun.set()
        while True:
            begun.wait(0.01)

    def answer() -> int:
        threading.Thread(target=loop, name="ticker", daemon=True).start()
        begun.wait(20)
        return 7

    outcome = check(answer, patient)
    assert outcome.verdict is Verdict.FAIL
    assert outcome.seen == "a thread, `ticker` (now ended)"
    assert "ticker" not in {thread.name for thread in threading.enumerate()}


@ENDED
def test_a_thread_that_cannot_be_ended_is_named_all_the_same() -> None:
    go = threading.Event()
    thread = threading.Thread(target=go.wait, name="stubborn", daemon=True)

    def answer() -> int:
        thread.start()
        return 8

    outcome = check(answer, patient)
    go.set()
    thread.join()
    assert outcome.notes == (
        "your code left running: a thread, `stubborn` (which goes on until the kernel is restarted)",
    )


def test_a_thread_that_is_done_soon_and_a_pool_without_work_are_nothing() -> None:
    pools = []

    def answer() -> int:
        threading.Thread(target=threading.Event().wait, args=(0.05,)).start()
        pools.append(ThreadPoolExecutor(2))
        return int(pools[0].submit(lambda: 7).result())

    assert check(answer, patient).passed
    pools[0].shutdown()
