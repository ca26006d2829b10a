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
from labapp.servers.kinds.gunicorn.event_sender import GATHER, MANY, STORM, EventSender

REQUEST = SimpleNamespace(method="GET", uri='/é"\n?x=1', peer_addr=("127.0.0.1", 45678))
ANSWER = SimpleNamespace(status_code=200)


@pytest.fixture
def sender(place: Path) -> Iterator[EventSender]:
    sender = EventSender(str(place))
    yield sender
    sender.close()


def test_a_request_is_told_when_it_begins_and_again_when_it_ends(heard, sender):
    sender.renew()
    sender.begin(REQUEST)
    ((_, began, pid, lost, *what),) = heard()
    assert (pid, lost, what[2:]) == (sender.pid, 0, [45678, "GET", '/é"\n?x=1'])
    sender.end(REQUEST, SimpleNamespace(status_code=201))
    assert [row[4:] for row in heard()] == [[*what, began, 201]]
    sender.end(REQUEST, SimpleNamespace(status_code=201))
    assert heard() == []


def test_in_a_storm_a_request_is_told_once_it_has_ended(heard, sender, monkeypatch):
    now = 1.0
    monkeypatch.setattr(time, "monotonic", lambda: now)

    def kinds(target: str, took: float = 0.001, pause: float = 0.001) -> list[str]:
        nonlocal now
        now += pause
        asked = SimpleNamespace(method="GET", uri=target, peer_addr=("127.0.0.1", 45678))
        sender.begin(asked)
        began, now = now, now + took
        sender.end(asked, SimpleNamespace(status_code=200))
        rows = heard()
        assert rows[-1][4:] == ["", id(asked), 45678, "GET", target, round(began, 6), 200]
        return [row[0] for row in rows]

    sender.renew()
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


def test_without_an_answer_the_status_is_what_gunicorn_will_answer(heard, sender):
    sender.renew()
    for error in (ValueError, SystemExit, BrokenPipeError, None):
        sender.begin(REQUEST)
        try:
            if error:
                raise error
            sender.end(REQUEST, None)
        except BaseException:
            sender.end(REQUEST, SimpleNamespace(status=None))
    assert [row[-1] for row in heard() if row[0] == "end"] == [500, 500, None, None]


def test_what_does_not_fit_is_lost_and_counted_in_the_next_that_does(heard, sender):
    sender.renew()
    told = 0
    while not sender._lost:
        sender.tell("reload", 1.0, "")
        told += 1
    sender.tell("reload", 1.0, "")
    found = heard()
    while more := heard():
        found += more
    assert (len(found), {row[3] for row in found}) == (told - 1, {0})
    sender.tell("reload", 2.0, "")
    sender.tell("reload", 3.0, "")
    assert [(row[1], row[3]) for row in heard()] == [(2.0, 2), (3.0, 0)]


def test_nothing_goes_wrong_where_nobody_listens(place, sender):
    sender.renew()
    sender.begin(REQUEST)
    sender.end(REQUEST, None)
    assert sender._lost == 2
    with closing(datagrams.listen(place)):
        # It is not tried again for every event.
        sender.begin(REQUEST)
        assert sender._lost == 3
    place.unlink()


def test_a_lost_connection_is_made_anew(place, sender):
    first = Datagrams(datagrams.listen(place))
    sender.renew()
    sender.tell("reload", 1.0, "")
    assert len(first.read()) == 1
    first.close()
    place.unlink()
    sender.tell("reload", 2.0, "")
    assert sender._lost == 1
    with closing(Datagrams(datagrams.listen(place))) as second:
        sender._again = 0.0
        sender.tell("reload", 3.0, "")
        assert [json.loads(one)[1:4:2] for one in second.read()] == [[3.0, 1]]
    place.unlink()


@pytest.fixture
def storm(heard: Any, sender: EventSender, monkeypatch: pytest.MonkeyPatch) -> Any:
    """In the middle of a storm whose ends are gathered: ask so often, and say what is heard of it then."""
    clock = SimpleNamespace(now=1.0, begun=0)
    monkeypatch.setattr(time, "monotonic", lambda: clock.now)
    sender.renew()

    def ask(times: int = 1, uri: str = "/", apart: float = 0.000_01) -> list[list[Any]]:
        for _ in range(times):
            clock.now += apart
            asked = SimpleNamespace(method="GET", uri=uri, peer_addr=("127.0.0.1", 45678))
            sender.begin(asked)
            sender.end(asked, ANSWER)
        return heard()  # type: ignore[no-any-return]

    ask(STORM + 2)
    sender.gathers = lambda: setattr(clock, "begun", clock.begun + 1)
    ask.clock = clock  # type: ignore[attr-defined]
    return ask


def test_the_ends_in_a_storm_are_gathered_and_told_when_they_are_due(heard, sender, storm):
    assert sender.due() == inf
    assert storm(5) == []
    assert storm.clock.begun == 1, "It is told that there is something to send, once."
    assert 0 < sender.due() < GATHER
    assert heard() == []
    storm.clock.now += GATHER
    assert sender.due() == inf
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


def test_whatever_else_is_told_comes_after_what_was_gathered(heard, sender, storm):
    assert storm(2) == []
    sender.tell("reload", 9.0, "")
    assert [row[0] for row in heard()] == ["end", "end", "reload"]
    assert storm(2) == []
    assert [row[0] for row in storm(uri="/other")] == ["end", "end", "begin", "end"]


def test_what_is_gathered_of_long_paths_fits_into_datagrams(heard, sender, storm):
    long = "/" + "é" * 3000
    storm(STORM + 2, uri=long)
    sender.flush()
    heard()
    assert storm(30, uri=long) == []
    sender.flush()
    assert [len(row[8]) for row in heard()] == [2000] * 30


def test_those_gathered_and_lost_are_counted(place, heard, sender, storm):
    assert storm(7) == []
    connection, sender._socket = sender._socket, None
    sender._again = inf
    sender.flush()
    assert sender._lost == 7
    sender._socket = connection
    storm(3)
    sender.flush()
    assert [row[3] for row in heard()] == [7, 0, 0]
    assert sender._lost == 0
