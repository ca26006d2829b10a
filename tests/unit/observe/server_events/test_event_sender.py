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

from labapp.observe.server_events.datagrams import Datagrams, listen_for_events
from labapp.observe.server_events.decode import decode_events
from labapp.observe.server_events.encode import encode_notice
from labapp.observe.server_events.event_sender import GATHER, MANY, STORM, EventSender
from labapp.observe.server_events.events import ServerEvent

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
    (begin,) = heard()
    assert (begin.kind, begin.pid, begin.lost, begin.unit) == ("begin", sender.pid, 0, "")
    assert (begin.port, begin.method, begin.target) == (45678, "GET", '/é"\n?x=1')
    sender.end(REQUEST, SimpleNamespace(status_code=201))
    (end,) = heard()
    assert (end.number, end.port, end.target) == (begin.number, begin.port, begin.target)
    assert (end.began, end.status) == (begin.at, 201)
    assert end.target is begin.target, "Of a hundred thousand events, each word is kept once."
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
        events = heard()
        end = events[-1]
        assert (end.unit, end.number, end.port, end.target) == ("", id(asked), 45678, target)
        assert (end.began, end.status) == (round(began, 6), 200)
        return [event.kind for event in events]

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
    assert [event.status for event in heard() if event.kind == "end"] == [500, 500, None, None]


def test_what_does_not_fit_is_lost_and_counted_in_the_next_that_does(heard, sender):
    sender.renew()
    told = 0
    while not sender.lost:
        sender.send(encode_notice, "reload")
        told += 1
    sender.send(encode_notice, "reload")
    found = heard()
    while more := heard():
        found += more
    assert (len(found), {event.lost for event in found}) == (told - 1, {0})
    sender.send(encode_notice, "exit")
    sender.send(encode_notice, "abort")
    assert [(event.kind, event.lost) for event in heard()] == [("exit", 2), ("abort", 0)]


def test_nothing_goes_wrong_where_nobody_listens(place, sender):
    sender.renew()
    sender.begin(REQUEST)
    sender.end(REQUEST, None)
    assert sender.lost == 2
    with closing(listen_for_events(place)):
        # It is not tried again for every event.
        sender.begin(REQUEST)
        assert sender.lost == 3
    place.unlink()


def test_a_lost_connection_is_made_anew(place, sender):
    first = Datagrams(listen_for_events(place))
    sender.renew()
    sender.send(encode_notice, "reload")
    assert len(first.read()) == 1
    first.close()
    place.unlink()
    sender.send(encode_notice, "reload")
    assert sender.lost == 1
    with closing(Datagrams(listen_for_events(place))) as second:
        sender._again = 0.0
        sender.send(encode_notice, "exit")
        (exit_,) = decode_events(map(json.loads, second.read()))
        assert (exit_.kind, exit_.lost) == ("exit", 1)
    place.unlink()


@pytest.fixture
def storm(heard: Any, sender: EventSender, monkeypatch: pytest.MonkeyPatch) -> Any:
    """In the middle of a storm whose ends are gathered: ask so often, and say what is heard of it then."""
    clock = SimpleNamespace(now=1.0, begun=0)
    monkeypatch.setattr(time, "monotonic", lambda: clock.now)
    sender.renew()

    def ask(times: int = 1, uri: str = "/", apart: float = 0.000_01) -> list[ServerEvent]:
        for _ in range(times):
            clock.now += apart
            asked = SimpleNamespace(method="GET", uri=uri, peer_addr=("127.0.0.1", 45678))
            sender.begin(asked)
            sender.end(asked, ANSWER)
        return heard()  # type: ignore[no-any-return]

    ask(STORM + 2)
    sender.on_held = lambda: setattr(clock, "begun", clock.begun + 1)
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
    assert [end.kind for end in told] == ["end"] * 5
    assert [end.at for end in told] == sorted(end.at for end in told)
    assert {(end.port, end.method, end.target, end.status) for end in told} == {(45678, "GET", "/", 200)}


def test_the_ends_in_a_storm_wait_neither_for_many_nor_for_long(storm):
    assert storm(MANY - 1) == []
    assert len(storm()) == MANY
    assert storm() == []
    assert storm.clock.begun == 2
    storm.clock.now += GATHER / 10
    assert len(storm(20, apart=GATHER / 10)) >= 11


def test_whatever_else_is_told_comes_after_what_was_gathered(heard, sender, storm):
    assert storm(2) == []
    sender.send(encode_notice, "reload")
    assert [event.kind for event in heard()] == ["end", "end", "reload"]
    assert storm(2) == []
    assert [event.kind for event in storm(uri="/other")] == ["end", "end", "begin", "end"]


def test_what_is_gathered_of_long_paths_fits_into_datagrams(heard, sender, storm):
    long = "/" + "é" * 3000
    storm(STORM + 2, uri=long)
    sender.flush()
    heard()
    assert storm(30, uri=long) == []
    sender.flush()
    assert [len(end.target) for end in heard()] == [2000] * 30


def test_those_gathered_and_lost_are_counted(place, heard, sender, storm):
    assert storm(7) == []
    connection, sender._socket = sender._socket, None
    sender._again = inf
    sender.flush()
    assert sender.lost == 7
    sender._socket = connection
    storm(3)
    sender.flush()
    assert [end.lost for end in heard()] == [7, 0, 0]
    assert sender.lost == 0
