from __future__ import annotations

import faulthandler
import signal
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from gunicorn.config import Config

from labapp.servers.kinds.gunicorn import hooks as gunicorn_hooks
from labapp.servers.kinds.gunicorn.hooks import Logger

REQUEST = SimpleNamespace(method="GET", uri='/é"\n?x=1', peer_addr=("127.0.0.1", 45678))


@pytest.fixture(autouse=True)
def closed(place: Path) -> Iterator[None]:
    yield
    gunicorn_hooks.sender_at(str(place)).close()
    faulthandler.unregister(signal.SIGURG)


def test_only_who_is_not_ready_answers_where_it_stands(place: Path) -> None:
    cfg = configured()
    gunicorn_hooks.install(cfg)
    worker = SimpleNamespace(pid=1, log=None)
    for begin, end in ((gunicorn_hooks.tell_where_it_stands, cfg.when_ready), (None, cfg.post_worker_init)):
        if begin is None:
            cfg.post_fork("M", worker)
        else:
            begin()
        end(worker)
        assert not faulthandler.unregister(signal.SIGURG)
    cfg.post_fork("M", worker)
    assert faulthandler.unregister(signal.SIGURG)


def configured(**settings: Any) -> Config:
    cfg = Config()
    for name, value in settings.items():
        cfg.set(name, value)
    return cfg


def test_the_learners_hooks_are_called_too(heard):
    called: list[str] = []
    cfg = configured(
        pre_request=lambda worker, req: called.append(f"begin {worker}"),
        post_request=lambda worker, req: called.append(f"end {worker}"),
        nworkers_changed=lambda server, new, old: called.append(f"{new} {old}"),
    )
    gunicorn_hooks.install(cfg)
    cfg.pre_request("W", REQUEST)
    cfg.post_request("W", REQUEST, {}, SimpleNamespace(status_code=200))
    cfg.nworkers_changed("M", 3, None)
    cfg.when_ready("M")
    assert called == ["begin W", "end W", "3 None"]
    assert [event.kind for event in heard()] == ["begin", "end", "count", "ready"]


def test_what_the_learners_hooks_raise_is_raised_and_the_event_told(heard):
    def post_request(worker, req, environ, resp):
        raise KeyError("mine")

    cfg = configured(post_request=post_request)
    gunicorn_hooks.install(cfg)
    cfg.pre_request("W", REQUEST)
    with pytest.raises(KeyError, match="mine"):
        cfg.post_request("W", REQUEST, {}, SimpleNamespace(status_code=200))
    assert [event.kind for event in heard()] == ["begin", "end"]


def test_hooks_are_set_once_in_each_configuration(heard):
    cfg = configured()
    logger = Logger(cfg)
    first = cfg.pre_request
    logger.setup(cfg)
    assert cfg.pre_request is first
    again = configured()
    logger.setup(again)
    again.pre_request("W", REQUEST)
    assert len(heard()) == 1


def test_the_default_line_at_debug_level_is_still_written(heard):
    lines = []
    worker = SimpleNamespace(log=SimpleNamespace(debug=lambda *words: lines.append(words)))
    for level in ("info", "debug"):
        cfg = configured(loglevel=level)
        gunicorn_hooks.install(cfg)
        cfg.pre_request(worker, SimpleNamespace(method="GET", path="/", uri="/"))
    assert lines == [("%s %s", "GET", "/")]


def test_outside_of_the_lab_nothing_is_set(monkeypatch):
    monkeypatch.delenv("LABAPP_RUNTIME", raising=False)
    cfg = configured()
    gunicorn_hooks.install(cfg)
    assert cfg.pre_request is cfg.settings["pre_request"].default


def test_a_hook_that_fails_does_not_reach_the_server(heard):
    cfg = configured()
    gunicorn_hooks.install(cfg)
    cfg.pre_request("W", object())
    assert heard() == []
