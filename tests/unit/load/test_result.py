"""The figures of a load, from requests made up."""

from __future__ import annotations

import math
import sys
from types import SimpleNamespace

import pytest

from labapp.load.result import Exchange, Load


def load(*latencies: float, errors: tuple[str, ...] = (), cut: str = "") -> Load:
    good = [Exchange(0, 0.0, taken, 200, 4, "") for taken in latencies]
    bad = [Exchange(1, 0.0, 0.5, 0, 0, error) for error in errors]
    return Load((*good, *bad), "GET /", 100.0, cut)


TEN = load(*(n / 10 for n in range(1, 11)))


@pytest.mark.parametrize(
    ("percent", "latency"), [(0, 0.1), (10, 0.1), (11, 0.2), (50, 0.5), (95, 1.0), (100, 1.0)]
)
def test_a_percentile_is_a_latency_that_was_measured(percent, latency):
    assert TEN.percentile(percent) == latency


@pytest.mark.parametrize("percent", [-1, 101, math.nan])
def test_no_such_percentile(percent):
    with pytest.raises(ValueError, match="from 0 to 100"):
        TEN.percentile(percent)
    with pytest.raises(ValueError, match="from 0 to 100"):
        TEN.histogram.percentile(percent)


def test_errors_are_counted_and_no_part_of_the_latencies():
    mixed = load(0.1, 0.3, errors=("reset", "refused", "reset"))
    assert mixed.errors == {"reset": 2, "refused": 1}
    assert mixed.statuses == {200: 2}
    assert mixed.latencies == [0.1, 0.3]
    assert (mixed.median, mixed.p95) == (0.1, 0.3)
    assert mixed.seconds == 0.5
    assert mixed.throughput == 4.0


def test_nothing_answered():
    dead = load(errors=("refused",))
    assert math.isnan(dead.median)
    assert (dead.throughput, load().seconds, load().throughput) == (0.0, 0.0, 0.0)
    assert "latency" not in str(dead)
    assert repr(load()) == "<Load GET /; 0 requests: none sent>"


def test_in_words():
    mixed = load(0.1, 2.0, errors=("reset",), cut="60 s were over")
    assert repr(mixed) == "<Load GET /; 3 requests: 2 answered 200, 1 reset; cut short: 60 s were over>"
    assert str(mixed).splitlines() == [
        "GET /",
        "  sent        3, then cut short: 60 s were over",
        "  answered    2 (2 with status 200)",
        "  errors      1 (1 reset)",
        "  in all      ≈ 2.00 s",
        "  throughput  ≈ 1.0 answers/s",
        "  latency     median ≈ 100 ms   95 % ≈ 2.00 s   99 % ≈ 2.00 s",
        "  range       ≈ 100 ms to ≈ 2.00 s",
    ]


def test_of_an_open_loop_latencies_count_from_when_a_request_was_due():
    late = [Exchange(0, 1.0, 1.25, 200, 4, "", 0, 1.0), Exchange(1, 1.0, 1.25, 200, 4, "", 0, 0.5)]
    unsent = Exchange(-1, 3.0, 3.0, 0, 0, "unsent", 0, 3.0)
    open_loop = Load((*late, unsent), "GET /", rate=2, warmup=(late[0],))
    assert open_loop.latencies == [1.25, 0.75]
    assert [one.since_sent for one in open_loop.answered] == [0.25, 0.25]
    assert (open_loop.seconds, open_loop.lateness(100)) == (3.0, 1.0)
    assert str(open_loop).splitlines()[1:] == [
        "  warm-up     1 before, not counted",
        "  sent        3",
        "  answered    2 (2 with status 200)",
        "  errors      1 (1 unsent)",
        "  sent late   median ≈ 500 ms   95 % ≈ 1.00 s   99 % ≈ 1.00 s",
        "  in all      ≈ 3.00 s",
        "  throughput  ≈ 0.7 answers/s",
        "  since due   median ≈ 750 ms   95 % ≈ 1.25 s   99 % ≈ 1.25 s",
        "  range       ≈ 750 ms to ≈ 1.25 s",
    ]


def test_its_repr_names_counts_and_no_times():
    assert repr(load(0.1)) == repr(load(0.7))


def test_a_frame_has_a_row_for_each_request(monkeypatch):
    made = SimpleNamespace(
        DataFrame=lambda rows, columns: [dict(zip(columns, row, strict=True)) for row in rows]
    )
    monkeypatch.setitem(sys.modules, "pandas", made)
    row = load(0.25).to_frame()[0]
    assert (row["sent"], row["latency"], row["status"], row["error"]) == (0.0, 0.25, 200, "")


def test_without_pandas_it_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="%pip install pandas"):
        TEN.to_frame()
