"""How many requests were under way in a part of a timeline, on average."""

from __future__ import annotations

import pytest

from labapp.observe.timeline import Request, TimelineSlice


def request(begin: float, end: float | None) -> Request:
    return Request("GET", "/", "", 1, "W1", "", begin, end, 200)


@pytest.mark.parametrize(
    ("served", "under_way"),
    [
        ([], 0.0),
        ([(2.0, 4.0)], 0.5),
        ([(0.0, 4.0)], 0.75),  # Since before it began.
        ([(2.0, None)], 0.75),  # Still served at its end.
        ([(1.0, 5.0), (1.0, 5.0), (4.0, 9.0)], 2.25),
    ],
)
def test_requests_count_for_the_time_that_lies_in_it(served, under_way):
    seen = TimelineSlice(served=tuple(request(*span) for span in served), begin=1.0, end=5.0)
    assert seen.under_way == pytest.approx(under_way)


def test_no_time_has_nothing_under_way():
    assert TimelineSlice().under_way == 0.0
