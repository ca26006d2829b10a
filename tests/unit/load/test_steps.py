"""A load in steps: how far a server keeps up, which steps are sent, what is said of them."""

from __future__ import annotations

import pytest

from labapp.load.result import Exchange, Load
from labapp.load.steps import MOST, Step, Steps, climb

SERVICE = 0.02  # s: a server that takes one request at a time, so 50 per second.


def served(rate: float, *, errors: int = 0) -> Load:
    """Return a second's load, as that server would answer it."""
    exchanges, free = list[Exchange](), 0.0
    for number in range(int(rate)):
        due = number / rate
        free = max(free, due) + SERVICE
        exchanges.append(Exchange(0, due, free, 200, 4, "reset" if number < errors else ""))
    return Load(tuple(exchanges), f"GET /, {rate:g} per second, kept alive", rate=rate)


def test_the_knee_is_the_last_rate_with_which_it_keeps_up():
    steps = climb([10, 30, 49, 60, 80, 100], served)
    assert steps.knee is not None
    assert steps.knee.rate == 49
    # Nothing is to be learned beyond.
    assert [step.rate for step in steps.steps] == [10, 30, 49, 60, 80]
    assert repr(steps) == (
        "<Steps GET /, 10 to 80 per second, kept alive; it kept up with 49 per second, and not with 60>"
    )


def test_a_long_latency_is_not_taken_for_falling_behind():
    slow = Load(tuple(Exchange(0, n / 10, n / 10 + 2.0, 200, 4, "") for n in range(10)), "GET /", rate=10)
    assert slow.throughput < 4
    assert Step(10, slow).kept_up


def test_one_error_is_not_keeping_up():
    assert Step(10, served(10)).kept_up
    assert not Step(10, served(10, errors=1)).kept_up


def test_all_or_none_kept():
    assert (
        climb([10, 20], served).outcome
        == "it kept up with 20 per second, the highest rate: the knee lies beyond"
    )
    overloaded = climb([100, 200, 300], served)
    assert overloaded.knee is None
    assert overloaded.outcome == "it did not keep up with 100 per second, the lowest rate"


def test_a_step_that_was_disturbed_is_sent_once_more():
    sent: list[float] = []

    def disturbed(rate: float) -> Load:
        sent.append(rate)
        return served(rate, errors=int(sent.count(rate) == 1 and rate == 20))

    steps = climb([10, 20, 30], disturbed)
    assert sent == [10, 20, 20, 30]
    assert all(step.kept_up for step in steps.steps)


@pytest.mark.parametrize(
    "rates", [[], [10], [10, 10], [20, 10], ["10", 20], [True, 2], list(range(1, MOST + 2))], ids=repr
)
def test_rates_that_climb_nowhere(rates):
    with pytest.raises(ValueError, match=r"rates=.*: from 2 to 20 numbers of requests per second"):
        climb(rates, served)


def test_in_words():
    steps = climb([25, 40, 100], served).with_under_way(lambda load: (load.rate or 0) * SERVICE)
    assert str(steps).splitlines() == [
        "GET /, 25 to 100 per second, kept alive",
        "    rate  answers/s     median       99 %  errors  under way",
        "      25       25.0    ≈ 20 ms    ≈ 20 ms       0       0.50",
        "      40       40.0    ≈ 20 ms    ≈ 20 ms       0       0.80  ← knee",
        "     100       50.0   ≈ 510 ms  ≈ 1000 ms       0       2.00",
        "it kept up with 40 per second, and not with 100.",
    ]
    assert isinstance(steps, Steps)
