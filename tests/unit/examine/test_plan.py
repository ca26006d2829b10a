"""What is measured next: rates, sizes, and how long for."""

from __future__ import annotations

import math

import pytest

from labapp.examine import comparing, plan
from labapp.examine.machine import Machine
from labapp.servers import Size
from labapp.servers.command import Sizing

MACHINE = Machine(2, 4_000_000_000)
BOTH = Sizing(("--workers",), ("--threads",), Size(1, 1))


def test_a_server_that_waits_is_given_threads_first_another_one_workers(trial):
    waits, works = trial(1, 1, 40, busy=0.1), trial(1, 1, 40, busy=0.95)
    assert plan.next_size([waits], BOTH, MACHINE) == Size(1, 4)
    assert plan.next_size([works], BOTH, MACHINE) == Size(2, 1)


def test_it_goes_on_from_the_best_until_nothing_helps(trial):
    tried = [trial(1, 1, 40), trial(1, 4, 160), trial(1, 16, 165)]
    # Threads helped up to four; then workers are tried, then more of both; then there is nothing.
    assert plan.next_size(tried, BOTH, MACHINE) == Size(2, 4)
    assert plan.next_size([*tried, trial(2, 4, 168)], BOTH, MACHINE) == Size(2, 16)
    assert plan.next_size([*tried, trial(2, 4, 168), trial(2, 16, 170)], BOTH, MACHINE) is None
    assert plan.next_size([*tried, trial(2, 4, 320)], BOTH, MACHINE) == Size(2, 16)


def test_where_more_does_not_help_less_is_tried(trial):
    tried = [trial(4, 1, 100, busy=2), trial(8, 1, 101, busy=2), trial(4, 4, 99, busy=2)]
    tried.append(trial(8, 4, 101, busy=2))
    assert plan.next_size(tried, BOTH, MACHINE) == Size(2, 1)
    assert comparing.best([*tried, trial(2, 1, 97, busy=2)]).size == Size(2, 1)


def test_a_tiny_machine_is_not_given_more_than_it_has(trial):
    tiny = Machine(0.5, 45_000_000)
    tried = [trial(1, 1, 40, busy=0.5)]
    assert plan.next_size(tried, BOTH, tiny) == Size(1, 4)
    assert plan.next_size([*tried, trial(1, 4, 40, busy=0.5)], BOTH, tiny) is None
    roomy = Machine(0.5, 450_000_000)
    assert plan.next_size(tried, BOTH, roomy) == Size(2, 1)


def test_sizes_end_at_a_bound(trial):
    many = [trial(1, 64, 900), trial(2, 64, 1900), trial(4, 64, 4000)]
    assert plan.next_size(many, BOTH, Machine(64, 10**12)) != Size(64, 64)
    assert all(
        size is None or size.slots <= plan.SLOTS
        for size in (plan.next_size(many[:n], BOTH, MACHINE) for n in (1, 2, 3))
    )


def test_where_no_options_are_known_nothing_is_tried(trial):
    assert plan.next_size([trial(None, None, 40)], Sizing(), MACHINE) is None
    threads = Sizing(threads=("--threads",), alone=Size(None, 4))
    assert plan.next_size([trial(None, 4, 40)], threads, MACHINE) == Size(None, 16)
    workers = Sizing(workers=("--workers",), alone=Size(1))
    assert plan.next_size([trial(1, None, 40)], workers, MACHINE) == Size(2)


def test_a_size_has_a_bound_by_arithmetic_where_the_server_takes_long():
    assert plan.bound(Size(2, 4), [0.02]) == 400
    # Of the quick one it is not known how much of that time is the server's.
    assert plan.bound(Size(1, 1), [0.02, 0.002]) == 100
    assert plan.bound(Size(1, 1), [0.002]) == math.inf


def test_rates_are_round_and_rise():
    assert plan.rates(40, plan.SHARES) == [10, 20, 28, 34, 40, 48, 60]
    assert plan.rates(0.2, plan.FEW) == [0.08, 0.14, 0.18, 0.22, 0.28]
    assert plan.lower(40, 10) == [2.4, 4.8, 8]
    assert plan.further(40, 60) == [80, 110, 140]


@pytest.mark.parametrize("within", [5, 12, 30, 90, 600])
@pytest.mark.parametrize("paths", [1, 4, 12])
def test_the_shares_fit_into_the_time_or_are_as_short_as_they_can_be(within, paths):
    clock = plan.clock(within, paths, 0.02)
    assert paths * clock.knee <= within / 3 + 0.01 or clock.step == plan.SHORTEST
    assert paths * clock.trial * 8 <= within / 2 or clock.trial == plan.SHORTEST
    assert 1 <= clock.reload <= 3


def test_a_path_of_five_seconds_is_left_out_unless_there_is_time():
    assert not plan.clock(90, 1, 5.0).steps_fit(5.0)
    assert plan.clock(600, 1, 5.0).steps_fit(5.0)
    assert plan.clock(90, 1, 0.3).steps_fit(0.3)


def test_so_many_connections_that_nobody_is_idle():
    for size in (Size(1, 1), Size(2, 4), Size(4, 16)):
        assert plan.connections(size, threads_known=True) > size.slots
    # Of what serves many at once no size is favoured.
    assert len({plan.connections(Size(n), threads_known=False) for n in (1, 2, 8)}) == 1
