"""The layer around an answer that is no list: it stays whole, is closed as before, and ends once."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from wsgiref.util import FileWrapper, setup_testing_defaults

import pytest
from flask import Response
from support.answers import ask
from werkzeug.wsgi import ClosingIterator

from labapp.observe.server_events.page_layout import SHARED
from labapp.observe.telling import sender as sending
from labapp.observe.telling import told


class Counting:
    """An answer that says how often it was closed, and that may fail."""

    def __init__(self, fails: str = "") -> None:
        self.fails, self.closed = fails, 0

    def __iter__(self) -> Iterator[bytes]:
        yield b"a"
        if self.fails == "iterating":
            raise ValueError("no")
        yield b"b"

    def close(self) -> None:
        self.closed += 1
        if self.fails == "closing":
            raise ValueError("no")


def answered(application: Any) -> Any:
    """Return what a server is given that has asked before: then the row is written without a call."""
    layer = told(application)
    for _ in range(2):
        environ: dict[str, Any] = {"PATH_INFO": "/", "SCRIPT_NAME": "", "QUERY_STRING": ""}
        setup_testing_defaults(environ)
        answer = layer(environ, lambda *_: None)
    return answer


def answering(body: Any) -> Any:
    def application(environ, start_response):
        start_response("200 OK", [])
        return body

    return application


def ended(events: Any) -> list[tuple[str, int | None]]:
    return [(event.target, event.status) for event in events if event.kind == "end"]


@pytest.mark.parametrize("known", [False, True], ids=["unknown", "known"])
@pytest.mark.parametrize(
    "make",
    [
        Counting,
        lambda: (part for part in (b"a", b"b")),
        lambda: iter([b"a", b"b"]),
        lambda: io.BytesIO(b"a\nb"),
        lambda: FileWrapper(io.BytesIO(b"ab"), 1),
        lambda: ClosingIterator([b"a", b"b"], bool),
        lambda: {b"a": 1, b"b": 2},
    ],
    ids=["iterable", "generator", "iterator", "file", "wrapped file", "closing", "sized"],
)
def test_any_answer_is_whole_and_told_once(listening, heard, make, known):
    def application(environ, start_response):
        return answering(make())(environ, start_response)

    layer = told(application)
    if known:
        ask(layer)
        assert len(ended(heard())) == 1
    assert b"".join(ask(layer)).replace(b"\n", b"") == b"ab"
    assert ended(heard()) == [("/", 200)]


@pytest.mark.parametrize("shared", [False, SHARED])
def test_an_answer_is_closed_as_often_as_the_server_closes_it_and_ends_once(
    listening, heard, monkeypatch, shared
):
    monkeypatch.setattr(sending, "SHARED", shared)
    body = Counting()
    answer = answered(answering(body))
    assert ended(heard()) == [("/", 200)], "That of before, which nobody has closed."
    assert (list(answer), body.closed, ended(heard())) == ([b"a", b"b"], 0, [])
    answer.close()
    answer.close()
    del answer
    assert (body.closed, ended(heard())) == (2, [("/", 200)])


def test_one_that_the_server_forgets_to_close_ends_when_it_goes(listening, heard):
    body = Counting()
    answer = answered(answering(body))
    heard()
    assert (list(answer), ended(heard())) == ([b"a", b"b"], [])
    del answer
    assert (body.closed, ended(heard())) == (0, [("/", 200)])


@pytest.mark.parametrize("fails", ["iterating", "closing"])
def test_an_answer_that_fails_fails_on_and_ends_once(listening, heard, fails):
    answer = answered(answering(Counting(fails)))
    heard()
    with pytest.raises(ValueError, match="no"), closing(answer):
        list(answer)
    assert ended(heard()) == [("/", 200)]
    del answer
    assert ended(heard()) == []


def test_what_flask_is_to_call_on_close_is_called_then_and_not_before(listening, heard):
    called = []

    def application(environ, start_response):
        response = Response("ab")
        response.call_on_close(lambda: called.append(1))
        return response(environ, start_response)

    answer = answered(application)
    heard()
    assert (b"".join(answer), called, ended(heard())) == (b"ab", [], [])
    answer.close()
    assert (called, ended(heard())) == ([1], [("/", 200)])
