"""The layer around an application: every request is told, and no answer is another."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from importlib import import_module
from typing import Any
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest
from granian.wsgi import Response
from support.answers import ask

import labapp
from labapp.observe.server_events import Datagrams, event_sender, listen_for_events
from labapp.observe.server_events.page_layout import SHARED
from labapp.observe.telling import VARIABLE, told
from labapp.observe.telling import sender as sending
from labapp.observe.telling.layer import _sender


def application(environ, start_response):
    """Answer, stream, or fail."""
    if environ["PATH_INFO"] == "/fails":
        raise ValueError("no")
    start_response("201 Created", [("Content-Type", "text/plain")])
    return iter([b"a", b"b"]) if environ["PATH_INFO"] == "/streams" else [b"ab"]


async def asynchronous(scope, receive, send):
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
    elif scope["path"] == "/fails":
        raise ValueError("no")
    else:
        await send({"type": "http.response.start", "status": 201, "headers": []})
        await send({"type": "http.response.body", "body": b"ab"})


def ask_asgi(layer: Any, **scope: Any) -> list[str]:
    sent: list[str] = []

    async def send(message):
        sent.append(message["type"])

    asyncio.run(layer({"type": "http", "method": "GET", "path": "/", **scope}, None, send))
    return sent


@pytest.mark.parametrize("one", [application, asynchronous])
def test_where_nobody_listens_there_is_no_layer(one):
    assert told(one) is one


def test_a_layer_goes_by_the_name_of_its_application(listening):
    layer = told(application)
    assert layer is not application
    assert (layer.__name__, layer.__doc__) == ("application", "Answer, stream, or fail.")
    assert told(layer) is layer


def test_a_request_is_told_with_what_it_asked_for_and_what_was_answered(listening, heard):
    before = round(time.monotonic(), 6)
    assert ask(validator(told(validator(application))), "/é a", QUERY_STRING="x=1") == [b"ab"]
    (end,) = heard()
    assert (end.kind, end.pid, end.unit, end.method) == ("end", os.getpid(), "", "GET")
    assert (end.target, end.status) == ("/%E9%20a?x=1", 201)
    assert before <= end.began <= end.at


def test_it_ends_when_the_server_lets_go_of_the_answer(listening, heard):
    environ = {"PATH_INFO": "/streams", "REMOTE_PORT": "4711", "wsgi.multithread": True}
    setup_testing_defaults(environ)
    answer = told(application)(environ, lambda *_: None)
    assert list(answer) == [b"a", b"b"]
    (begin,) = heard()
    assert (begin.port, begin.unit[0]) == (4711, "t")
    answer.close()
    answer.close()
    assert [end.kind for end in heard()] == ["end"]
    answer = told(application)({**environ, "labapp.told": True}, lambda *_: None)
    assert heard() == [], "An outer layer tells of it already."
    environ.pop("labapp.told")
    forgotten = told(application)(environ, lambda *_: None)
    del forgotten
    assert [event.kind for event in heard()] == ["end"]


def test_a_server_still_sees_what_an_answer_is(listening):
    assert told(application)({"PATH_INFO": "/"}, lambda *_: None) == [b"ab"]
    assert not hasattr(told(application)({"PATH_INFO": "/streams"}, lambda *_: None), "__len__")


def test_what_remembers_the_status_is_handed_on_as_it_is(listening, heard):
    seen = []

    def application(environ, start_response):
        seen.append(start_response)
        if environ["PATH_INFO"] == "/fails":
            raise ValueError("no")
        start_response("404 Not Found", [])
        return [b""] if environ["PATH_INFO"] == "/" else iter([b""])

    layer = told(application)
    for path in ("/", "/", "/streams"):
        layer({"PATH_INFO": path}, Response())
    with pytest.raises(ValueError, match="no"):
        layer({"PATH_INFO": "/fails"}, Response())
    assert {type(start_response) for start_response in seen} == {Response}
    assert [event.status for event in heard()] == [404, 404, 404, 500]


@pytest.mark.parametrize("again", [0, 60])
def test_while_one_is_answered_others_are(listening, heard, monkeypatch, again):
    def application(environ, start_response):
        start_response("200 OK", [])
        for _ in range(int(environ["QUERY_STRING"] or 0)):
            ask(layer)
        return []

    layer = told(application)
    monkeypatch.setattr(sending, "AGAIN", again)
    ask(layer)
    for kept in (
        0,
        4,
    ):  # So many more, and the row of who asks is another's.
        monkeypatch.setattr(sending, "KEPT", kept)
        ask(layer, QUERY_STRING="4")
    ends = [event for event in heard() if event.kind == "end"]
    assert [event.target for event in ends].count("/?4") == 2
    assert len({event.number for event in ends}) == len(ends) == 11


def test_an_application_that_fails_is_told_as_a_500_and_fails_on(listening, heard):
    for failing in (
        lambda: ask(told(application), "/fails"),
        lambda: ask_asgi(told(asynchronous), path="/fails"),
    ):
        with pytest.raises(ValueError, match="no"):
            failing()
        assert [event.status for event in heard()] == [500]


def test_an_asynchronous_application_is_told_as_tasks(listening, heard):
    client = {"client": ("127.0.0.1", 4711), "query_string": b"x=1", "raw_path": b"/a%20b"}
    layer = told(asynchronous)
    assert ask_asgi(layer, **client) == ["http.response.start", "http.response.body"]
    (end,) = heard()
    assert (end.unit, end.port, end.target, end.status) == ("a", 4711, "/a%20b?x=1", 201)
    assert ask_asgi(layer, type="websocket", client=None, path="/é") == ["websocket.accept"]
    (end,) = heard()
    assert (end.port, end.target, end.status) == (0, "/%C3%A9", 101)


LOAD = 30


@pytest.mark.parametrize("one", [application, asynchronous])
def test_under_load_every_end_is_told_at_the_next_look(listening, heard, one):
    layer = told(one)
    for number in range(LOAD):
        ask(layer, f"/{number % 2}") if one is application else ask_asgi(layer, path=f"/{number % 2}")
    ends = [event for event in heard() if event.kind == "end"]
    assert [end.target for end in ends] == ["/0", "/1"] * (LOAD // 2)
    assert {end.status for end in ends} == {201}
    assert all(end.began <= end.at for end in ends)


@pytest.mark.parametrize("shared", [False, SHARED])
def test_it_is_told_who_stays_and_when_it_ends(listening, heard, monkeypatch, shared):
    monkeypatch.setattr(sending, "SHARED", shared)
    layer = told(application)
    answer = layer({"PATH_INFO": "/streams"}, lambda *_: None)
    for _ in range(LOAD):
        ask(layer, REMOTE_PORT="4711")
    events = heard()
    (begin,) = (event for event in events if event.target == "/streams")
    ends = [event for event in events if event.kind == "end"]
    assert [(end.port, end.status) for end in ends] == [(4711, 201)] * LOAD
    answer.close()
    (end,) = heard()
    assert (end.number, end.began) == (begin.number, begin.at)


@pytest.mark.skipif(not SHARED, reason="there is no such memory here")
def test_one_that_stays_longer_than_its_row_is_still_told_to_end(listening, heard, monkeypatch):
    layer = told(application)
    answer = layer({"PATH_INFO": "/streams"}, lambda *_: None)
    (begin,) = heard()
    monkeypatch.setattr(sending, "KEPT", 4)
    for _ in range(4):
        ask(layer)
    answer.close()
    assert [event.number for event in heard() if event.target == "/streams"] == [begin.number]


@pytest.mark.parametrize("port", [None, "", "x", 99999, -1, "²"])
def test_a_port_that_is_none_does_no_harm(listening, heard, port):
    ask_asgi(told(asynchronous), client=("there", port))
    ask(told(application), REMOTE_PORT=port)
    assert [event.port for event in heard() if event.kind == "end"] == [0, 0]


@pytest.mark.skipif(not SHARED, reason="there is no such memory here")
def test_who_listens_later_is_told_by_memory_again(listening, place, heard, monkeypatch):
    monkeypatch.setattr(sending, "AGAIN", 0)
    monkeypatch.setattr(event_sender, "PAUSE", 0)
    layer = told(application)
    staying = layer({"PATH_INFO": "/streams"}, lambda *_: None)
    ask(layer)
    assert [event.kind for event in heard()] == ["end", "begin"]
    place.unlink()
    with closing(Datagrams(listen_for_events(place))) as another:
        _sender(os.environ[VARIABLE])._events.close()
        ask(layer)
        assert another.read() == []
        assert [b'"rows"' in line for line in another.read_pages()] == [True]
        staying.close()
        (end,) = another.read()
        assert end.startswith(b'["end"'), "The memory that it began in is read by nobody."
    ask(layer)
    ask(layer)
    place.touch()


def test_a_fork_is_a_sender_of_its_own_and_leaves_the_memory_of_its_parent_alone(
    listening, heard, monkeypatch
):
    layer = told(application)
    staying = layer({"PATH_INFO": "/streams"}, lambda *_: None)
    assert [event.kind for event in heard()] == ["begin"]
    monkeypatch.setattr(os, "getpid", lambda: 4242)
    _sender(os.environ[VARIABLE]).be_forked()
    staying.close()
    assert heard() == []
    ask(layer)
    assert [(event.kind, event.pid) for event in heard()] == [("end", 4242)]


def test_what_is_no_request_is_not_told(listening, heard):
    async def application(scope, receive, send):
        await send({"type": scope["type"]})

    assert ask_asgi(told(application), type="lifespan") == ["lifespan"]
    assert heard() == []


@pytest.fixture
def fresh(monkeypatch) -> Iterator[None]:
    """Import the course's applications anew: they look for the lab when they are imported."""
    names = ["labapp.web.callables", "labapp.web.twin", "labapp.web.app"]
    for name in names:
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield
    for name in names:
        sys.modules.pop(name, None)


def test_the_applications_of_the_course_tell(listening, heard, fresh):
    callables, twin = (import_module(f"labapp.web.{name}") for name in ("callables", "twin"))

    assert ask(callables.hello) == [b"hello"]
    assert ask(callables.wrapped)
    assert ask(labapp.create_app(), "/ping") == [b"pong"]
    assert ask_asgi(twin.app, query_string=b"", path="/ping")
    assert [event.kind for event in heard()] == ["end"] * 4
