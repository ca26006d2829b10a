from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import closing
from math import inf
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from labapp.observe.sampler import datagrams
from labapp.observe.sampler.datagrams import Datagrams
from labapp.servers.kinds.gunicorn.event_sender import GATHER, MANY, STORM, Teller

REQUEST = SimpleNamespace(method="GET", uri='/é"\n?x=1', peer_addr=("127.0.0.1", 45678))
ANSWER = SimpleNamespace(status_code=200)


@pytest.fixture
def teller(place: Path) -> Iterator[Teller]:
    teller = Teller(str(place))
    yield teller
    teller.close()


def test_a_request_is_told_when_it_begins_and_again_when_it_ends(heard, teller):
    teller.renew()
    teller.begin(REQUEST)
    ((_, began, pid, lost, *what),) = heard()
    assert (pid, lost, what[2:]) == (teller.pid, 0, [45678, "GET", '/é"\n?x=1'])
    teller.end(REQUEST, SimpleNamespace(status_code=201))
    assert [row[4:] for row in heard()] == [[*what, began, 201]]
    teller.end(REQUEST, SimpleNamespace(status_code=201))
    assert heard() == []


def test_in_a_storm_a_request_is_told_once_it_has_ended(heard, teller, monkeypatch):
    now = 1.0
    monkeypatch.setattr(time, "monotonic", lambda: now)

    def kinds(target: str, took: float = 0.001, pause: float = 0.001) -> list[str]:
        nonlocal now
        now += pause
        asked = SimpleNamespace(method="GET", uri=target, peer_addr=("127.0.0.1", 45678))
        teller.begin(asked)
        began, now = now, now + took
        teller.end(asked, SimpleNamespace(status_code=200))
        rows = heard()
        assert rows[-1][4:] == ["", id(asked), 45678, "GET", target, round(began, 6), 200]
        return [row[0] for row in rows]

    teller.renew()
    both, once = ["begin", "end"], ["end"]
    assert [kinds("/") for _ in range(STORM + 1)] == [both] * (STORM + 1)
    assert [kinds("/"), kinds("/")] == [once, once]
    assert kinds("/other") == both, "Another target is no part of it."
    for _ in range(STORM):
        kinds("/other")
    assert [kinds("/other", pause=1), kinds("/other")] == [both, both], "A pause ends it."
    for _ in range(STORM):
        kinds("/other")
    assert [kinds("/other", took=1), kinds("/other")] == [once, both], "A slow answer ends it."


def test_without_an_answer_the_status_is_what_gunicorn_will_answer(heard, teller):
    teller.renew()
    for error in (ValueError, SystemExit, BrokenPipeError, None):
        teller.begin(REQUEST)
        try:
            if error:
                raise error
            teller.end(REQUEST, None)
        except BaseException:
            teller.end(REQUEST, SimpleNamespace(status=None))
    assert [row[-1] for row in heard() if row[0] == "end"] == [500, 500, None, None]


def test_what_does_not_fit_is_lost_and_counted_in_the_next_that_does(heard, teller):
    teller.renew()
    told = 0
    while not teller._lost:
        teller.tell("reload", 1.0, "")
        told += 1
    teller.tell("reload", 1.0, "")
    found = heard()
    while more := heard():
        found += more
    assert (len(found), {row[3] for row in found}) == (told - 1, {0})
    teller.tell("reload", 2.0, "")
    teller.tell("reload", 3.0, "")
    assert [(row[1], row[3]) for row in heard()] == [(2.0, 2), (3.0, 0)]


def test_nothing_goes_wrong_where_nobody_listens(place, teller):
    teller.renew()
    teller.begin(REQUEST)
    teller.end(REQUEST, None)
    assert teller._lost == 2
    with closing(datagrams.listen(place)):
        # It is not tried again for every event.
        teller.begin(REQUEST)
        assert teller._lost == 3
    place.unlink()


def test_a_lost_connection_is_made_anew(place, teller):
    first = Datagrams(datagrams.listen(place))
    teller.renew()
    teller.tell("reload", 1.0, "")
    assert len(first.read()) == 1
    first.close()
    place.unlink()
    teller.tell("reload", 2.0, "")
    assert teller._lost == 1
    with closing(Datagrams(datagrams.listen(place))) as second:
        teller._again = 0.0
        teller.tell("reload", 3.0, "")
        assert [json.loads(one)[1:4:2] for one in second.read()] == [[3.0, 1]]
    place.unlink()


@pytest.fixture
def storm(heard: Any, teller: Teller, monkeypatch: pytest.MonkeyPatch) -> Any:
    """In the middle of a storm whose ends are gathered: ask so often, and say what is heard of it then."""
    clock = SimpleNamespace(now=1.0, begun=0)
    monkeypatch.setattr(time, "monotonic", lambda: clock.now)
    teller.renew()

    def ask(times: int = 1, uri: str = "/", apart: float = 0.000_01) -> list[list[Any]]:
        for _ in range(times):
            clock.now += apart
            asked = SimpleNamespace(method="GET", uri=uri, peer_addr=("127.0.0.1", 45678))
            teller.begin(asked)
            teller.end(asked, ANSWER)
        return heard()  # type: ignore[no-any-return]

    ask(STORM + 2)
    teller.gathers = lambda: setattr(clock, "begun", clock.begun + 1)
    ask.clock = clock  # type: ignore[attr-defined]
    return ask


def test_the_ends_in_a_storm_are_gathered_and_told_when_they_are_due(heard, teller, storm):
    assert teller.due() == inf
    assert storm(5) == []
    assert storm.clock.begun == 1, "It is told that there is something to send, once."
    assert 0 < teller.due() < GATHER
    assert heard() == []
    storm.clock.now += GATHER
    assert teller.due() == inf
    told = heard()
    assert [row[0] for row in told] == ["end"] * 5
    assert [row[1] for row in told] == sorted(row[1] for row in told)
    assert {tuple(row[6:9]) + tuple(row[10:]) for row in told} == {(45678, "GET", "/", 200)}


def test_the_ends_in_a_storm_wait_neither_for_many_nor_for_long(storm):
    assert storm(MANY - 1) == []
    assert len(storm()) == MANY
    assert storm() == []
    assert storm.clock.begun == 2
    storm.clock.now += GATHER / 10
    assert len(storm(20, apart=GATHER / 10)) >= 11


def test_whatever_else_is_told_comes_after_what_was_gathered(heard, teller, storm):
    assert storm(2) == []
    teller.tell("reload", 9.0, "")
    assert [row[0] for row in heard()] == ["end", "end", "reload"]
    assert storm(2) == []
    assert [row[0] for row in storm(uri="/other")] == ["end", "end", "begin", "end"]


def test_what_is_gathered_of_long_paths_fits_into_datagrams(heard, teller, storm):
    long = "/" + "é" * 3000
    storm(STORM + 2, uri=long)
    teller.flush()
    heard()
    assert storm(30, uri=long) == []
    teller.flush()
    assert [len(row[8]) for row in heard()] == [2000] * 30


def test_those_gathered_and_lost_are_counted(place, heard, teller, storm):
    assert storm(7) == []
    connection, teller._socket = teller._socket, None
    teller._again = inf
    teller.flush()
    assert teller._lost == 7
    teller._socket = connection
    storm(3)
    teller.flush()
    assert [row[3] for row in heard()] == [7, 0, 0]
    assert teller._lost == 0
