"""Which size is advised: the best that did better without a doubt, on a quiet machine and on a busy one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labapp.examine import comparing
from labapp.examine.figures import Figures, Trial
from labapp.examine.machine import Machine
from labapp.servers import Size

MACHINE = Machine(2, 4_000_000_000)


def test_what_failed_or_answered_nothing_is_never_the_best(trial):
    failed = Trial(Size(2, 4), "", failure="It did not start.")
    assert comparing.best([trial(1, 1, 40), failed]).size == Size(1, 1)
    assert comparing.best([failed, trial(1, 1, 0)]) is None


def test_what_could_be_the_best_is_measured_again_and_the_faster_counts(trial):
    tried = [trial(1, 1, 40), trial(1, 4, 100), trial(2, 4, 160), trial(4, 1, 50)]
    assert comparing.again(tried) == [Size(1, 1), Size(1, 4), Size(2, 4)]
    assert comparing.again(tried[:1]) == []
    found = Figures("", Size(1, 1), MACHINE, trials=tried)
    found.add(trial(1, 4, 158))
    found.add(trial(2, 4, 150))
    assert [one.rate for one in found.trials] == [40, 158, 160, 50]


@pytest.fixture
def times(trial):
    """Make a trial of a size that was measured several times."""

    def make(workers: int, threads: int, *rates: float) -> Trial:
        figures = Figures("", Size(1, 1), MACHINE)
        for rate in rates:
            figures.add(trial(workers, threads, rate))
        return figures.trials[0]

    return make


def test_each_time_that_a_size_was_measured_is_kept(times):
    one = times(1, 4, 90, 160, 150)
    assert one.rate == 160
    assert one.rates == [90, 150, 160]
    assert one.least == 90
    assert times(1, 4, 90, 160, 150, 155).least == 150  # Of four, one may have been disturbed.


def test_on_a_quiet_machine_what_was_better_each_time_is_advised(times):
    given = times(1, 1, 40, 41)
    assert comparing.sure([given, times(1, 4, 160)], loud=False).size == Size(1, 4)
    assert comparing.sure([given, times(1, 4, 160, 30)], loud=False) is given
    assert comparing.sure([given, times(1, 4, 45, 44)], loud=False) is given


def test_on_a_busy_one_only_what_was_better_three_times(times):
    given = times(1, 1, 40, 41, 39)
    assert comparing.sure([given, times(1, 4, 60, 55)], loud=True) is given
    assert comparing.sure([given, times(1, 4, 60, 65)], loud=True) is given
    assert comparing.sure([given, times(1, 4, 64, 65)], loud=True).size == Size(1, 4)
    assert comparing.sure([given, times(1, 4, 160, 150, 90)], loud=True).size == Size(1, 4)
    assert comparing.sure([times(1, 1, 40), times(1, 4, 160, 150, 90)], loud=True).size == Size(1, 1)


def test_rates_that_lie_apart_by_noise_lead_to_the_command_as_given(times):
    """As they were measured once, on a machine that did twenty other things."""
    noise = [times(1, 1, 416, 1500), times(1, 4, 1825, 390), times(2, 4, 1262)]
    assert comparing.best(noise) is not noise[0]
    assert comparing.sure(noise, loud=True) is noise[0]
    assert comparing.sure(noise, loud=False) is noise[0]
    # One that is beaten by luck does not hide one that is better each time.
    steady = times(2, 1, 2100, 2150, 2050)
    assert comparing.sure([*noise, steady], loud=True) is noise[0]
    noise[0] = times(1, 1, 416, 1500, 1450)
    assert comparing.sure([*noise, steady], loud=True) is steady


def test_less_that_does_as_well_is_advised_by_the_same_rules(times):
    given = times(8, 1, 100, 98)
    assert comparing.sure([given, times(4, 1, 97, 95)], loud=False).size == Size(4, 1)
    assert comparing.sure([given, times(4, 1, 97, 80)], loud=False) is given


def test_what_the_given_size_cannot_do_by_arithmetic_needs_no_second_time(trial):
    given = replace(trial(1, 1, 20), bound=50.0)
    assert comparing.sure([given, trial(1, 4, 76)], loud=True).size == Size(1, 4)
    assert comparing.sure([given, trial(1, 4, 74)], loud=True) is given


def test_the_one_as_given_and_the_best_are_measured_in_turn_as_long_as_that_may_be_luck(times):
    given, lucky = times(1, 1, 416), times(1, 4, 1825)
    assert comparing.doubtful([given, lucky], loud=False) == []
    assert comparing.doubtful([given, lucky], loud=True) == [Size(1, 1), Size(1, 4)]
    assert comparing.doubtful([given], loud=True) == []
    assert comparing.doubtful([times(2, 4, 500), times(1, 4, 470)], loud=False) == []
    tired = [times(1, 1, *[416] * 5), times(1, 4, *[300] * 4, 1825)]
    assert comparing.doubtful(tired, loud=True) == []
    assert comparing.sure([], loud=True) is None
