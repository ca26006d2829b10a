"""When the requests of an open loop are due."""

from __future__ import annotations

import statistics
from itertools import pairwise

import pytest

from labapp.load.arrivals import arrivals
from labapp.load.order import Order


def due(**options: object) -> list[float]:
    return list(arrivals(Order(**{"address": "127.0.0.1:1", **options})))


def test_evenly_and_without_an_error_that_adds_up():
    times = due(rate=300, duration=60)
    assert len(times) == 18_000
    assert times[9_000] == 30.0


@pytest.mark.parametrize(("options", "number"), [({"requests": 7}, 7), ({"duration": 0.5}, 50)])
@pytest.mark.parametrize("arrivals", ["constant", "poisson"])
def test_as_many_as_were_asked_for_after_the_warm_up(options, number, arrivals):
    times = due(rate=100, warmup=2, arrivals=arrivals, seed=1, **options)
    counted = [time for time in times if time >= 2]
    if arrivals == "constant" or "requests" in options:
        assert len(counted) == number
    assert times[0] < 0.1
    assert times == sorted(times)


def test_a_count_and_a_duration_whichever_ends_first():
    assert len(due(rate=100, requests=5, duration=60)) == 5
    assert len(due(rate=100, requests=500, duration=1)) == 100


def test_at_random_the_gaps_are_exponential():
    gaps = [after - before for before, after in pairwise(due(rate=100, requests=5_000, arrivals="poisson"))]
    assert statistics.fmean(gaps) == pytest.approx(0.01, rel=0.1)
    # Of an exponential distribution the deviation equals the mean, and 63 % lie below it.
    assert statistics.stdev(gaps) == pytest.approx(0.01, rel=0.15)
    assert sum(gap < 0.01 for gap in gaps) / len(gaps) == pytest.approx(0.632, abs=0.05)


def test_a_seed_makes_them_repeatable():
    order = {"rate": 50, "requests": 20, "arrivals": "poisson"}
    assert due(**order, seed=1) == due(**order, seed=1)
    assert due(**order, seed=1) != due(**order, seed=2)
