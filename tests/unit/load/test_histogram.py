"""Latencies in buckets: how exact they are, and what adding them gives."""

from __future__ import annotations

import math
from random import Random

import pytest

from labapp.load.histogram import ERROR, Histogram, nearest_rank

VALUES = [Random(7).lognormvariate(-4, 1.5) for _ in range(3_000)]


@pytest.mark.parametrize("percent", [0, 10, 50, 99, 99.9, 100])
def test_a_percentile_is_above_the_measured_one_by_no_more_than_the_error(percent):
    measured = nearest_rank(sorted(VALUES), percent)
    assert measured <= Histogram.of(VALUES).percentile(percent) <= measured * (1 + ERROR)


def test_the_sum_is_the_histogram_of_all_and_the_mean_of_percentiles_is_not():
    quick, slow = [0.01] * 900, [1.0] * 100
    parts = Histogram.of(quick), Histogram.of(slow)
    assert parts[0] + parts[1] == Histogram.of(quick + slow)
    assert (parts[0] + parts[1]).percentile(99) == pytest.approx(1.0, rel=ERROR)
    assert sum(part.percentile(99) for part in parts) / 2 == pytest.approx(0.505, rel=0.01)


def test_of_nothing_and_of_no_time():
    assert math.isnan(Histogram().percentile(50))
    assert Histogram.of([0.0]).percentile(50) < 1e-8


def test_in_words():
    assert repr(Histogram.of(VALUES)) == "<Histogram of 3,000 values>"
    assert str(Histogram.of([0.02, 1.5])).splitlines()[:3] == [
        "2 values",
        "   50 %  ≈ 0.020 s",
        "   75 %  ≈ 1.501 s",
    ]
