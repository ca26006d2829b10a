import signal
import sys
from collections.abc import Callable
from typing import Any

import pytest
from support.courses.weekdays import careless, confused, endless, seven, untouched

from labapp.course.exercise import Given, Outcome, Question, Verdict, fail
from labapp.course.exercise.running.one_check import run


def check(answer: Callable[[], Any], asked: Question = seven) -> Outcome:
    return run(asked, Given(answer))


def test_pass() -> None:
    outcome = check(lambda: 7)
    assert outcome == Outcome(Verdict.PASS)
    assert outcome.passed


def test_fail_names_what_was_expected_and_what_was_seen() -> None:
    outcome = check(lambda: 8)
    assert (outcome.verdict, outcome.expected, outcome.seen) == (
        Verdict.FAIL,
        "the number of days in a week",
        "`8`",
    )
    assert not outcome.passed


def test_an_exception_is_shown_as_the_learners_own_with_its_line() -> None:
    def answer() -> float:
        week = 0
        return 7 / week

    outcome = check(answer)
    assert outcome.verdict is Verdict.ERROR
    assert outcome.problem == "Your code raised ZeroDivisionError: division by zero"
    assert outcome.line.endswith("of test_run.py, in answer: return 7 / week")
    assert not outcome.baffled


def test_an_exception_below_the_learners_code_is_shown_on_the_learners_line() -> None:
    outcome = check(lambda: int("seven"))
    assert outcome.line.endswith('outcome = check(lambda: int("seven"))')
    assert len(str(outcome).splitlines()) == 3


def test_an_answer_that_takes_other_arguments_is_told_so_at_its_first_line() -> None:
    def answer(days: int) -> int:
        return days

    outcome = check(answer)  # type: ignore[arg-type]
    assert outcome.verdict is Verdict.ERROR
    assert outcome.problem.startswith("Your code was called with other arguments than it takes. TypeError: ")
    assert outcome.line.endswith("in answer: def answer(days: int) -> int:")
    assert not outcome.baffled


def test_so_is_a_class() -> None:
    class Answer:
        def __init__(self, days: int) -> None:
            self.days = days

    outcome = check(Answer)
    assert outcome.line.endswith("in __init__: def __init__(self, days: int) -> None:")


def test_a_type_error_of_the_checks_own_is_not_blamed_on_the_learner() -> None:
    outcome = check(lambda: 7, confused)
    assert outcome.baffled


def test_a_long_message_is_cut() -> None:
    def answer() -> None:
        raise ValueError("very " * 1000)

    assert len(check(answer).problem) < 250


def test_an_exception_whose_text_fails_is_shown_by_its_type() -> None:
    class MuteError(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    def answer() -> None:
        raise MuteError

    assert check(answer).problem == "Your code raised MuteError"


def test_leaving_the_interpreter_is_an_error_of_the_learners() -> None:
    assert check(lambda: sys.exit(0)).problem == "Your code raised SystemExit: 0"


def test_endless_recursion_is_an_error_of_the_learners() -> None:
    def answer() -> object:
        return answer()

    assert "RecursionError" in check(answer).problem


def test_the_learners_interrupt_gets_through() -> None:
    with pytest.raises(KeyboardInterrupt):
        check(lambda: signal.raise_signal(signal.SIGINT))


@pytest.mark.parametrize("message", ["", "Exercise 01.1: Count the days"])
def test_a_stub_is_no_attempt(message: str) -> None:
    def answer() -> None:
        raise NotImplementedError(message)

    assert check(answer).verdict is Verdict.UNATTEMPTED


def test_a_stub_left_in_one_branch_is_an_answer_that_is_not_finished() -> None:
    days = []

    def answer() -> int:
        if days:
            return 7
        raise NotImplementedError("Exercise 01.1: Count the days")

    outcome = check(answer)
    assert outcome.verdict is Verdict.ERROR
    assert outcome.problem.startswith("Your code came to a `raise NotImplementedError` in it")
    assert "in answer: raise NotImplementedError(" in outcome.line


def test_what_is_no_function_that_can_be_called_is_told_so() -> None:
    async def answer() -> int:
        return 7

    expected = "a function that the check can call"
    assert check(3.5) == Outcome(Verdict.FAIL, expected, "`3.5`")  # type: ignore[arg-type]
    assert check(answer) == Outcome(Verdict.FAIL, expected, "one written with `async def`")


def test_a_coroutine_that_nobody_awaits_prints_no_warning_of_the_interpreter() -> None:
    async def days() -> int:
        return 7

    outcome = check(lambda: days())  # noqa: PLW0108 - it returns a coroutine, and is no such function itself
    assert outcome.seen.startswith("`<coroutine object")
    assert outcome.printed == ""


def test_a_not_implemented_error_of_another_kind_is_an_error() -> None:
    def answer() -> None:
        raise NotImplementedError("sockets of this family")

    assert check(answer).verdict is Verdict.ERROR


def test_a_check_may_find_that_there_is_no_attempt() -> None:
    outcome = check(lambda: 1, untouched)
    assert (outcome.verdict, outcome.problem) == (Verdict.UNATTEMPTED, "Nothing has changed.")


def test_an_answer_that_the_check_cannot_read_is_not_blamed_on_the_learner() -> None:
    outcome = check(lambda: None, careless)
    assert outcome.verdict is Verdict.ERROR
    assert outcome.baffled
    assert "did not know what to do with your answer" in outcome.problem
    assert "Your code" not in outcome.problem


def test_what_does_not_end_is_stopped_and_shown() -> None:
    def answer() -> None:
        while True:
            print("still here")

    outcome = check(answer)
    assert outcome.problem == "Your code was not done after 0.2 s, and was stopped."
    assert "in answer" in outcome.line
    assert outcome.printed.startswith("still here")
    assert len(outcome.printed.splitlines()) == 5


def test_a_check_that_does_not_end_is_not_blamed_on_the_learner() -> None:
    outcome = check(lambda: 7, endless)
    assert outcome.baffled
    assert outcome.problem == "The check was not done after 0.2 s, and was stopped."


def test_a_slow_machine_has_more_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABAPP_PATIENCE", "1.5")
    assert check(lambda: 7, endless).problem == "The check was not done after 0.3 s, and was stopped."
    for nonsense in ("0.5", "nan", "much"):
        monkeypatch.setenv("LABAPP_PATIENCE", nonsense)
        with pytest.raises(ValueError, match=r"LABAPP_PATIENCE|could not convert"):
            check(lambda: 7, endless)


def test_an_answer_that_swallows_its_end_is_late_all_the_same() -> None:
    def answer() -> int:
        try:
            while True:
                pass
        except BaseException:
            return 7

    outcome = check(answer)
    assert outcome.verdict is Verdict.ERROR
    assert outcome.problem == "Your code was not done after 0.2 s, and was stopped."
    assert outcome.line.endswith("in answer: while True:") or outcome.line.endswith("in answer: pass")
    assert not outcome.baffled


def test_what_is_printed_is_shown_only_where_it_may_help(capsys: pytest.CaptureFixture[str]) -> None:
    def loud(value: int) -> Callable[[], int]:
        def answer() -> int:
            print("thinking")
            print("hard", file=sys.stderr)
            return value

        return answer

    assert check(loud(7)).printed == ""
    assert check(loud(8)).printed == "thinking\nhard"
    assert capsys.readouterr() == ("", "")


def test_arguments_that_the_check_does_not_take_are_named() -> None:
    with pytest.raises(TypeError, match=r"write exercise\.check\(1, answer\): missing a required argument"):
        run(seven, Given())


def test_a_failure_that_says_nothing_of_what_was_seen_is_refused() -> None:
    with pytest.raises(TypeError, match="say what was seen instead of 'a number'"):
        fail("a number")
