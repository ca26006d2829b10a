"""Requests told of one by one, and what a view says of them all."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from support.made_up import process

from labapp.observe.kernel import Process
from labapp.observe.server_events.events import Fork, Ready, RequestBegin, RequestEnd
from labapp.observe.timeline import ProcessRecords, Request
from labapp.views.live import requests_in_flight
from labapp.views.live.requests_in_flight import RequestsInFlight

W1, W2 = 3307, 3308
LABELS = {W1: "W1", W2: "W2"}


def begin(
    pid: int = W1,
    at: float = 0.0,
    *,
    port: int = 1,
    path: str = "/wait?seconds=1",
    unit: str = "",
    lost: int = 0,
) -> RequestBegin:
    """Return the event of a request that begins `at` seconds from now."""
    return RequestBegin("begin", NOW + at, pid, lost, unit, port, port, "GET", path)


def end(pid: int = W1, at: float = 0.0, *, port: int = 1, status: int = 200) -> RequestEnd:
    """Return the event of the end of the request that began `at`."""
    return RequestEnd("end", NOW + 9, pid, 0, "", port, port, "GET", "/wait", NOW + at, status)


def request(pid: int, begun: float, ended: float | None, status: int | None = 200, **more: Any) -> Request:
    return Request("GET", "/wait", "", pid, "W1", "", begun, ended, status, **more)


NOW = time.monotonic()


@pytest.fixture
def requests() -> RequestsInFlight:
    """Two workers, both alive."""
    return RequestsInFlight(clock=lambda: time.monotonic() + 1000)


@pytest.fixture
def look(requests) -> Callable[..., None]:
    """Let the requests know who lives now; the two workers do already."""
    records = ProcessRecords()

    def now(*processes: Process) -> None:
        requests.on_lives(*records.on_processes(processes, 0.0, lambda process: 0.0))

    now(process(W1, "W1"), process(W2, "W2"))
    return now


def counts(requests: RequestsInFlight) -> dict[str, list[int]]:
    workers = requests.state(LABELS)["workers"]
    return {label: [of["flying"], of["served"], of["lost"]] for label, of in workers.items()}


def test_of_a_server_that_tells_nothing_nothing_is_shown(requests):
    assert requests.state(LABELS) == {}
    requests.on_events([Ready("ready", NOW, W1, 0, "worker"), Fork("fork", NOW, W2, 0, 3304)])
    assert requests.state(LABELS) == {}


def test_a_request_is_under_way_until_it_is_served(requests):
    requests.on_events([begin(), begin(W2, 0.1)])
    assert counts(requests) == {"W1": [1, 0, 0], "W2": [1, 0, 0]}
    requests.on_events([end()])
    assert counts(requests) == {"W1": [0, 1, 0], "W2": [1, 0, 0]}
    assert requests.busy
    assert (requests.served, requests.failed) == (1, 0)


def test_the_oldest_tells_its_path_and_when_it_began_by_the_wall_clock(requests):
    requests.on_events([begin(at=2, unit="t1", port=2, path="/new"), begin(at=1, unit="t2", path="/old?x=1")])
    worker = requests.state(LABELS)["workers"]["W1"]
    assert worker["flying"] == 2
    assert worker["since"] == pytest.approx(NOW + 1001, abs=1)
    assert worker["path"] == "/old"


def test_an_error_of_the_server_counts_as_failed_too(requests):
    requests.on_events([begin(), end(status=500), begin(at=1), end(at=1, status=404)])
    assert (requests.served, requests.failed) == (2, 1)


def test_what_a_dead_worker_served_is_lost(requests, look):
    requests.on_events([begin(), end(), begin(at=1)])
    look(process(W2, "W2"))
    state = requests.state(LABELS)
    assert counts(requests)["W1"] == [0, 1, 1]
    assert (state["served"], state["failed"]) == (1, 1)
    assert not requests.busy


def test_an_answer_told_after_the_death_was_seen_is_none_lost(requests, look):
    requests.on_events([begin()])
    look(process(W2, "W2"))
    requests.on_events([end()])
    assert counts(requests)["W1"] == [0, 1, 0]


def test_a_pid_that_changes_hands_starts_anew_and_the_loss_stays(requests, look):
    requests.on_events([begin()])
    look(process(W1, "W1", age=1.0))
    assert counts(requests)["W1"] == [0, 0, 0]
    assert requests.state(LABELS)["failed"] == 1


def test_a_fork_tells_of_a_new_hand_before_the_tree_does(requests):
    requests.on_events([begin(), end(), Fork("fork", NOW, W1, 0, 3304)])
    assert counts(requests)["W1"] == [0, 0, 0]
    assert requests.served == 1


@pytest.mark.parametrize(("unit", "left"), [("", 1), ("t7", 1), ("g7", 2), ("a7", 2)])
def test_where_one_is_served_at_a_time_a_lost_end_is_made_up_for(requests, unit, left):
    requests.on_events([begin(unit=unit), begin(at=1, unit=unit, port=2, lost=1)])
    assert counts(requests)["W1"][0] == left
    assert requests.state(LABELS)["dropped"] == 1


def test_those_that_set_out_are_told_once_in_the_order_of_time(requests, monkeypatch):
    monkeypatch.setattr(requests_in_flight, "LATE", 1000)
    requests.on_events([begin(W2, -0.1, port=2), begin(W1, -0.3)])
    flights = [(flight["worker"], flight["delay"]) for flight in requests.state(LABELS)["flights"]]
    assert flights == [("W1", 0), ("W2", 0.2)]
    assert requests.state(LABELS)["flights"] == []


def test_of_very_many_only_the_last_are_drawn_and_all_are_counted(requests, monkeypatch):
    monkeypatch.setattr(requests_in_flight, "LATE", 1000)
    for at in range(5000):
        requests.on_events([begin(at=-0.5 + at / 10000), end(at=-0.5 + at / 10000)])
    state = requests.state(LABELS)
    assert len(state["flights"]) == requests_in_flight.SEEN
    assert counts(requests)["W1"] == [0, 5000, 0]
    assert state["number"] == 5000


def test_what_set_out_long_ago_is_not_drawn(requests):
    requests.on_events([begin(at=-requests_in_flight.LATE - 1)])
    assert requests.state(LABELS)["flights"] == []


def test_it_goes_on_from_what_the_timeline_knows(requests):
    known = [
        request(W1, NOW - 9, NOW - 8),
        request(W1, NOW - 8, NOW - 7, 503),
        request(W2, NOW - 5, None, None, number=7, port=7),
        request(W2, NOW - 6, None, None, cut=NOW - 5),
    ]
    requests.begin_with(known, 3, NOW - 10)
    assert counts(requests) == {"W1": [0, 2, 0], "W2": [1, 0, 0]}
    assert requests.state(LABELS)["failed"] == 2
    assert [worker["earlier"] for worker in requests.state(LABELS)["workers"].values()] == [2, 0]
    requests.on_events([end(W2, at=-5, port=7)])
    assert counts(requests)["W2"] == [0, 1, 0]
    # What was answered since a view looked is not earlier, though the timeline knew of it first.
    requests.begin_with([request(W1, NOW - 9, time.monotonic())], 0, NOW - 10)
    assert requests.state(LABELS)["workers"]["W1"]["earlier"] == 0


def test_the_question_whether_it_answers_does_not_count(requests):
    requests.begin_with([], 0, NOW)
    requests.on_events([begin(at=-1), end(at=-1)])
    assert requests.state(LABELS) == {}


def test_what_began_while_the_view_was_being_opened_counts_though_it_is_told_late(requests):
    requests.begin_with([], 0, NOW - 2)
    requests.on_events([begin(at=-1), end(at=-1)])
    assert requests.state(LABELS)["served"] == 1


def test_memory_stays_bounded_whatever_is_told(requests, look):
    many = requests_in_flight.KNOWN + 500
    requests.on_events([begin(pid) for pid in range(10_000, 10_000 + many)])
    requests.on_events([begin(at=n / 1000, unit=f"g{n}", port=n) for n in range(many)])
    look(*(process(pid) for pid in range(10_000, 10_000 + many)))
    look()
    assert len(requests._served) <= requests_in_flight.KNOWN
    under_way = Counter(begin.pid for begin in requests._under_way)
    assert len(under_way) <= requests_in_flight.KNOWN
    assert max(under_way.values()) <= requests_in_flight.KNOWN
    assert len(requests._dead) <= requests_in_flight.KNOWN
