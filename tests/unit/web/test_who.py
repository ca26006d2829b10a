from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

import labapp
from labapp.web.who import worker_class


def test_whoami(client: FlaskClient) -> None:
    response = client.get("/whoami")
    assert response.content_type == "application/json"
    answer = response.get_json()
    assert list(answer) == sorted(["pid", "ppid", "thread", "worker_class", "served"])
    assert (answer["pid"], answer["ppid"]) == (os.getpid(), os.getppid())
    assert answer["thread"] == threading.current_thread().name
    assert answer["worker_class"] == "unknown"


def test_served_counts_every_request(client: FlaskClient) -> None:
    def served() -> int:
        return int(client.get("/whoami").get_json()["served"])

    before = served()
    for path in ("/ping", "/nope", "/upload", "/wait?seconds=abc", "/static/page.css"):
        client.get(path).close()
    assert served() == before + 6


def test_served_belongs_to_the_process_not_to_the_application() -> None:
    clients = [labapp.create_app().test_client() for _ in range(2)]
    first, second = (client.get("/whoami").get_json()["served"] for client in clients)
    assert second == first + 1


def test_served_loses_nothing_between_threads(app: Flask) -> None:
    before = app.test_client().get("/whoami").get_json()["served"]
    with ThreadPoolExecutor(8, thread_name_prefix="server") as pool:
        answers = list(pool.map(lambda _: app.test_client().get("/whoami").get_json(), range(400)))
    assert max(answer["served"] for answer in answers) == before + 400
    assert {answer["thread"].partition("_")[0] for answer in answers} == {"server"}


@contextmanager
def terminated_by(handler: object) -> Iterator[None]:
    """Let `handler` be what handles SIGTERM."""
    before = signal.signal(signal.SIGTERM, handler)  # type: ignore[arg-type]
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class Worker:
    """As much of a Gunicorn worker as tells its class."""

    cfg = SimpleNamespace(worker_class_str="gthread")

    def handle_exit(self, *_: object) -> None: ...


@pytest.mark.parametrize(
    ("software", "name"),
    [
        ("WSGIServer/0.2 CPython/3.13.0", "wsgiref"),
        ("Werkzeug/3.1.9", "werkzeug"),
        ("waitress", "waitress"),
        ("", "gthread"),
        ("gunicorn/27.0.1", "gthread"),
        ("gevent/26.9.0 gunicorn/27.0.1", "gthread"),
    ],
)
def test_software_names_itself_unless_it_is_gunicorn(software: str, name: str) -> None:
    with terminated_by(Worker().handle_exit):
        assert worker_class({"SERVER_SOFTWARE": software}) == name


@pytest.mark.parametrize("handler", [signal.SIG_DFL, signal.SIG_IGN, print, [].append])
def test_unknown_is_said_rather_than_guessed(handler: object) -> None:
    with terminated_by(handler):
        assert worker_class({}) == "unknown"
        assert worker_class({"SERVER_SOFTWARE": "gunicorn/27.0.1"}) == "unknown"
