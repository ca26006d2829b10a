"""Requests told of one by one, and what a view says of them all."""

from __future__ import annotations

import time
from typing import Any

import pytest
from views_made_up import process

from labapp.observe.sampler.datagrams import Row
from labapp.observe.timeline.events import Request
from labapp.views.live import requests_in_flight as flight
from labapp.views.live.requests_in_flight import Flight

W1, W2 = 3307, 3308
LABELS = {W1: "W1", W2: "W2"}


def begin(
    pid: int = W1,
    at: float = 0.0,
    *,
    port: int = 1,
    path: str = "/wait?seconds=1",
    lane: str = "",
    lost: int = 0,
) -> Row:
    """Return what a hook tells when a request begins, `at` seconds from now."""
    return ["begin", NOW + at, pid, lost, lane, port, port, "GET", path]


def end(pid: int = W1, at: float = 0.0, *, port: int = 1, lane: str = "", status: int = 200) -> Row:
    """Return what a hook tells when the request that began `at` ends."""
    return ["end", NOW + 9, pid, 0, lane, port, port, "GET", "/wait", NOW + at, status]


def request(pid: int, begun: float, ended: float | None, status: int | None = 200, **more: Any) -> Request:
    return Request("GET", "/wait", "", pid, "W1", "", begun, ended, status, **more)


NOW = time.monotonic()


@pytest.fixture
def flying() -> Flight:
    """Two workers, both alive."""
    found = Flight(clock=lambda: time.monotonic() + 1000)
    found.change([process(W1, "W1"), process(W2, "W2")])
    return found


def counts(flying: Flight) -> dict[str, list[int]]:
    return {label: row[:3] for label, row in flying.state(LABELS)["workers"].items()}


def test_of_a_server_that_tells_nothing_nothing_is_shown(flying):
    assert flying.state(LABELS) == {}
    flying.take([["ready", NOW, W1, 0, "worker"], ["fork", NOW, W2, 0, 3304]])
    assert flying.state(LABELS) == {}


def test_a_request_is_under_way_until_it_is_served(flying):
    flying.take([begin(), begin(W2, 0.1)])
    assert counts(flying) == {"W1": [1, 0, 0], "W2": [1, 0, 0]}
    flying.take([end()])
    assert counts(flying) == {"W1": [0, 1, 0], "W2": [1, 0, 0]}
    assert flying.busy
    assert (flying.served, flying.failed) == (1, 0)


def test_the_oldest_tells_its_path_and_when_it_began_by_the_wall_clock(flying):
    flying.take([begin(at=2, lane="t1", port=2, path="/new"), begin(at=1, lane="t2", path="/old?x=1")])
    row = flying.state(LABELS)["workers"]["W1"]
    assert row[0] == 2
    assert row[3] == pytest.approx(NOW + 1001, abs=1)
    assert row[4] == "/old"


def test_an_error_of_the_server_counts_as_failed_too(flying):
    flying.take([begin(), end(status=500), begin(at=1), end(at=1, status=404)])
    assert (flying.served, flying.failed) == (2, 1)


def test_what_a_dead_worker_served_is_lost(flying):
    flying.take([begin(), end(), begin(at=1)])
    flying.change([process(W2, "W2")])
    state = flying.state(LABELS)
    assert counts(flying)["W1"] == [0, 1, 1]
    assert (state["served"], state["failed"]) == (1, 1)
    assert not flying.busy


def test_an_answer_told_after_the_death_was_seen_is_none_lost(flying):
    flying.take([begin()])
    flying.change([process(W2, "W2")])
    flying.take([end()])
    assert counts(flying)["W1"] == [0, 1, 0]


def test_a_pid_that_changes_hands_starts_anew_and_the_loss_stays(flying):
    flying.take([begin()])
    flying.change([process(W1, "W1", age=1.0)])
    assert counts(flying)["W1"] == [0, 0, 0]
    assert flying.state(LABELS)["failed"] == 1


def test_a_fork_tells_of_a_new_hand_before_the_tree_does(flying):
    flying.take([begin(), end(), ["fork", NOW, W1, 0, 3304]])
    assert counts(flying)["W1"] == [0, 0, 0]
    assert flying.served == 1


@pytest.mark.parametrize(("lane", "left"), [("", 1), ("t7", 1), ("g7", 2), ("a7", 2)])
def test_where_one_is_served_at_a_time_a_lost_end_is_made_up_for(flying, lane, left):
    flying.take([begin(lane=lane), begin(at=1, lane=lane, port=2, lost=1)])
    assert counts(flying)["W1"][0] == left
    assert flying.state(LABELS)["dropped"] == 1


def test_those_that_set_out_are_told_once_in_the_order_of_time(flying, monkeypatch):
    monkeypatch.setattr(flight, "LATE", 1000)
    flying.take([begin(W2, -0.1, port=2), begin(W1, -0.3)])
    assert [[label, delay] for _, label, delay in flying.state(LABELS)["flights"]] == [["W1", 0], ["W2", 0.2]]
    assert flying.state(LABELS)["flights"] == []


def test_of_very_many_only_the_last_are_drawn_and_all_are_counted(flying, monkeypatch):
    monkeypatch.setattr(flight, "LATE", 1000)
    for at in range(5000):
        flying.take([begin(at=-0.5 + at / 10000), end(at=-0.5 + at / 10000)])
    state = flying.state(LABELS)
    assert len(state["flights"]) == flight.SEEN
    assert state["workers"]["W1"][:2] == [0, 5000]
    assert state["number"] == 5000


def test_what_set_out_long_ago_is_not_drawn(flying):
    flying.take([begin(at=-flight.LATE - 1)])
    assert flying.state(LABELS)["flights"] == []


def test_it_goes_on_from_what_the_timeline_knows(flying):
    known = [
        request(W1, NOW - 9, NOW - 8),
        request(W1, NOW - 8, NOW - 7, 503),
        request(W2, NOW - 5, None, None, port=7),
        request(W2, NOW - 6, None, None, cut=NOW - 5),
    ]
    flying.begin_with(known, 3)
    assert counts(flying) == {"W1": [0, 2, 0], "W2": [1, 0, 0]}
    assert flying.state(LABELS)["failed"] == 2
    flying.take([end(W2, at=-5, port=7)])
    assert counts(flying)["W2"] == [0, 1, 0]


def test_the_question_whether_it_answers_does_not_count(flying):
    flying.begin_with([], 0)
    flying.take([begin(at=-1), end(at=-1)])
    assert flying.state(LABELS) == {}


def test_memory_stays_bounded_whatever_is_told(flying):
    many = flight.KNOWN + 500
    flying.take([begin(pid) for pid in range(10_000, 10_000 + many)])
    flying.take([begin(at=n / 1000, lane=f"g{n}", port=n) for n in range(many)])
    flying.change([process(pid) for pid in range(10_000, 10_000 + many)])
    assert len(flying._desks) <= flight.KNOWN
    assert max(len(desk.open) for desk in flying._desks.values()) <= flight.KNOWN
    assert len(flying._born) <= flight.KNOWN
