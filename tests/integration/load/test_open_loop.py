"""An open loop sends what is due, whatever the server does, and counts from when it was due."""

from __future__ import annotations

import threading
import time

import pytest
from support.waiting import wait_for

from labapp import lab
from labapp.load.order import Order
from labapp.load.side import run

GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npong"


def well(connection):
    while connection.recv(4096):
        connection.sendall(GOOD)


@pytest.fixture
def stalling(rude):
    """Run a server that answers one request at a time, and nobody for half a second after the tenth."""
    turn, served = threading.Lock(), []

    def one_at_a_time(connection):
        while connection.recv(4096):
            with turn:
                served.append(connection)
                if len(served) == 10:
                    time.sleep(0.5)
                connection.sendall(GOOD)

    return rude(one_at_a_time)


def test_all_who_come_during_a_stall_are_seen_to_wait(stalling):
    load = run(Order(stalling.address, rate=100, duration=1.0))
    assert load.statuses == {200: 100}
    # Due in the first 0.3 s of the stall: some 30.
    assert sum(latency > 0.2 for latency in load.latencies) >= 25


def test_a_closed_loop_sees_one_who_waits(stalling):
    load = run(Order(stalling.address, requests=100))
    assert sum(latency > 0.2 for latency in load.latencies) == 1


def test_who_waits_for_a_connection_is_late_and_that_counts(stalling):
    load = run(Order(stalling.address, rate=100, duration=1.0, concurrency=1))
    assert sum(latency > 0.2 for latency in load.latencies) >= 25
    assert sum(one.since_sent > 0.2 for one in load.answered) == 1
    assert load.lateness(100) > 0.2


def test_what_never_finds_a_connection_is_given_up_in_time(rude):
    def silent(connection):
        while connection.recv(4096):
            pass

    load = run(Order(rude(silent).address, rate=200, duration=1.0, concurrency=2, timeout=0.5))
    assert load.errors["unsent"] > 50
    assert set(load.errors) == {"timeout", "unsent"}
    assert load.errors.total() == 200
    assert load.seconds < 3


def test_where_nobody_listens_it_keeps_its_rate(rude):
    server = rude(well)
    address = server.address
    server.close()
    load = run(Order(address, rate=100, duration=0.5))
    assert load.errors == {"refused": 50}
    assert load.seconds > 0.4


def test_a_kept_connection_that_the_server_closes_is_not_asked_again(rude):
    def once(connection):
        connection.recv(4096)
        connection.sendall(GOOD)
        connection.close()

    server = rude(once)
    load = run(Order(server.address, rate=10, requests=5, keep_alive=True))
    assert load.statuses == {200: 5}
    assert server.accepted == 5


def test_connections_are_reused_when_told_so(rude):
    server = rude(well)
    load = run(Order(server.address, rate=50, requests=25, keep_alive=True))
    assert load.statuses == {200: 25}
    assert server.accepted < 10


@pytest.mark.parametrize("pace", [{"rate": 100}, {"concurrency": 2}])
def test_the_warm_up_is_sent_and_not_counted(rude, pace):
    server = rude(well)
    load = run(Order(server.address, requests=20, warmup=0.3, **pace))
    assert len(load.exchanges) == 20
    assert len(load.warmup) >= 20
    wait_for(lambda: server.accepted == len(load.exchanges) + len(load.warmup), 5, "all to be accepted")
    assert all(one.due < 0 for one in load.warmup)
    assert all(round(one.due, 6) >= 0 for one in load.exchanges)


def test_the_vocabulary_climbs_until_the_server_falls_behind():
    with lab.launch('gunicorn "labapp:create_app()"') as web:
        steps = lab.steps(web, "/wait?seconds=0.05", rates=[8, 60, 90, 120], duration=0.7, progress=False)
    assert steps.knee is not None
    assert steps.knee.rate == 8
    assert [step.rate for step in steps.steps] == [8, 60, 90]
    quiet, full, _ = (step.under_way or 0 for step in steps.steps)
    assert 0.3 < quiet < 0.75 < full <= 1
