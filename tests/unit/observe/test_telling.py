"""The layer around an application: every request is told, and no answer is another."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest

import labapp
from labapp.observe.server_events import Datagrams, event_sender, listen_for_events
from labapp.observe.server_events.page import SHARED
from labapp.observe.telling import VARIABLE, told, unthreaded
from labapp.observe.telling.layer import _sender
from labapp.observe.telling.sender import FEW, GATHER


@pytest.fixture
def listening(place, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(place))


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


def ask(layer: Any, path: str = "/", **environ: Any) -> list[bytes]:
    asked = {"PATH_INFO": path, "SCRIPT_NAME": "", "QUERY_STRING": "", **environ}
    setup_testing_defaults(asked)
    answered = layer(asked, lambda status, headers, exc_info=None: lambda data: None)
    try:
        return list(answered)
    finally:
        getattr(answered, "close", bool)()


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


def test_a_request_is_told_when_it_begins_and_when_it_ends(listening, heard):
    assert ask(validator(told(validator(application))), "/é a", QUERY_STRING="x=1") == [b"ab"]
    begin, end = heard()
    assert (begin.kind, begin.pid, begin.unit, begin.method) == ("begin", os.getpid(), "", "GET")
    assert begin.target == "/%E9%20a?x=1"
    assert (end.kind, end.number, end.began, end.status) == ("end", begin.number, begin.at, 201)


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
    assert [event.kind for event in heard()] == ["begin", "end"]


def test_a_server_still_sees_what_an_answer_is(listening):
    assert told(application)({"PATH_INFO": "/"}, lambda *_: None) == [b"ab"]
    assert not hasattr(told(application)({"PATH_INFO": "/streams"}, lambda *_: None), "__len__")


def test_an_application_that_fails_is_told_as_a_500_and_fails_on(listening, heard):
    for failing in (
        lambda: ask(told(application), "/fails"),
        lambda: ask_asgi(told(asynchronous), path="/fails"),
    ):
        with pytest.raises(ValueError, match="no"):
            failing()
        assert [getattr(event, "status", None) for event in heard()] == [None, 500]


def test_a_process_that_was_forked_is_a_sender_of_its_own(listening, heard, monkeypatch):
    layer = told(application)
    ask(layer)
    monkeypatch.setattr(os, "getpid", lambda: 4242)
    _sender(os.environ[VARIABLE]).be_forked()
    ask(layer)
    assert [event.pid for event in heard()][-2:] == [4242, 4242]


def test_an_asynchronous_application_is_told_as_tasks(listening, heard):
    client = {"client": ("127.0.0.1", 4711), "query_string": b"x=1", "raw_path": b"/a%20b"}
    layer = told(asynchronous)
    assert ask_asgi(layer, **client) == ["http.response.start", "http.response.body"]
    begin, end = heard()
    assert (begin.unit, begin.port, begin.target, end.status) == ("a", 4711, "/a%20b?x=1", 201)
    assert ask_asgi(layer, type="websocket", client=None, path="/é") == ["websocket.accept"]
    begin, end = heard()
    assert (begin.port, begin.target, end.status) == (0, "/%C3%A9", 101)


LOAD = 3 * FEW


def until(heard, number: int, kind: str, target: str = "/") -> list[Any]:
    """Return all events that were heard until there are so many of a kind, for what begins so."""
    found: list[Any] = []

    def there() -> int:
        found.extend(heard())
        return sum(event.kind == kind and event.target.startswith(target) for event in found)

    deadline = time.monotonic() + 5
    while there() < number and time.monotonic() < deadline:
        time.sleep(GATHER / 2)
    assert there() == number
    return found


@pytest.mark.parametrize("one", [application, asynchronous])
def test_under_load_the_ends_are_gathered_and_told_a_little_later(listening, heard, one):
    layer = told(one)
    for number in range(LOAD):
        ask(layer, f"/{number % 2}") if one is application else ask_asgi(layer, path=f"/{number % 2}")
    events = until(heard, LOAD, "end")
    ends = [event for event in events if event.kind == "end"]
    assert {end.status for end in ends} == {201}
    assert {end.target for end in ends} == {"/0", "/1"}
    assert all(end.began <= end.at for end in ends)
    assert FEW // 2 <= len(events) - LOAD < LOAD, "Only who stays, or comes first, is told to begin."


def test_under_load_it_is_told_who_stays_and_when_it_ends(listening, heard):
    layer = told(application)
    for _ in range(LOAD):
        ask(layer)
    answer = layer({"PATH_INFO": "/streams"}, lambda *_: None)
    events = until(heard, 1, "begin", "/streams")
    answer.close()
    (end,) = (event for event in until(heard, 1, "end", "/streams") if event.target == "/streams")
    (begin,) = (event for event in events if event.target == "/streams")
    assert (end.number, end.began) == (begin.number, begin.at)


def test_when_a_server_shuts_an_application_down_all_has_been_told(listening, heard):
    async def served(scope, receive, send):
        assert scope["type"] == "lifespan" or scope["path"] == "/"

    layer = told(served)
    for _ in range(LOAD):
        ask_asgi(layer)
    ask_asgi(layer, type="lifespan")
    assert sum(event.kind == "end" for event in heard()) == LOAD


@pytest.mark.parametrize("options", [{}, {"threads": b"2"}])
@pytest.mark.parametrize("shared", [False, SHARED])
def test_in_uwsgi_nothing_is_left_to_a_thread_where_none_would_run(
    listening, heard, monkeypatch, options, shared
):
    monkeypatch.setitem(sys.modules, "uwsgi", SimpleNamespace(opt=options))
    monkeypatch.setattr(unthreaded, "SHARED", shared)
    layer = told(application)
    for number in range(LOAD):
        ask(layer, f"/{number % 2}", REMOTE_PORT="4711")
    answer = layer({"PATH_INFO": "/streams"}, lambda *_: None)
    events = until(heard, LOAD, "end") if options else heard()
    ends = [event for event in events if event.kind == "end"]
    assert {(end.port, end.target, end.status) for end in ends} == {(4711, f"/{n}", 201) for n in range(2)}
    assert len(ends) == LOAD
    if options and not any(event.target == "/streams" for event in events):
        events = until(heard, 1, "begin", "/streams")
    (begin,) = (event for event in events if event.target == "/streams")
    answer.close()
    (end,) = (event for event in until(heard, 1, "end", "/streams") if event.kind == "end")
    assert (end.number, end.began) == (begin.number, begin.at)


@pytest.mark.skipif(not SHARED, reason="there is no such memory here")
def test_who_listens_later_is_told_by_memory_again(listening, place, heard, monkeypatch):
    monkeypatch.setitem(sys.modules, "uwsgi", SimpleNamespace(opt={}))
    monkeypatch.setattr(unthreaded, "_AGAIN", 0)
    monkeypatch.setattr(event_sender, "PAUSE", 0)
    layer = told(application)
    ask(layer)
    assert len(heard()) == 1
    place.unlink()
    with closing(Datagrams(listen_for_events(place))) as another:
        _sender(os.environ[VARIABLE])._events.close()
        ask(layer)
        assert len(another.read()) == 1
        assert another.pages
    ask(layer)
    ask(layer)


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
    assert [event.kind for event in heard()] == ["begin", "end"] * 4
