from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from gunicorn.config import Config

from labapp.observe import datagrams
from labapp.observe.datagrams import Datagrams, is_event
from labapp.servers import gunicorn_hooks
from labapp.servers.gunicorn_hooks import Logger, Teller

REQUEST = SimpleNamespace(method="GET", uri='/é"\n?x=1', peer_addr=("127.0.0.1", 45678))
Heard = Callable[[], list[list[Any]]]


@pytest.fixture
def place(runtime_directory: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    runtime_directory.mkdir()
    monkeypatch.setenv("LABAPP_RUNTIME", str(runtime_directory))
    return runtime_directory / "events"


@pytest.fixture
def heard(place: Path) -> Iterator[Heard]:
    """Return what was told since the last call."""

    def hear() -> list[list[Any]]:
        data = received.read()
        assert all(map(is_event, data))
        return [json.loads(one) for one in data]

    with closing(Datagrams(datagrams.listen(place))) as received:
        yield hear
        gunicorn_hooks.teller_at(str(place)).close()
    place.unlink()


@pytest.fixture
def teller(place: Path) -> Iterator[Teller]:
    teller = Teller(str(place))
    yield teller
    teller.close()


def configured(**settings: Any) -> Config:
    cfg = Config()
    for name, value in settings.items():
        cfg.set(name, value)
    return cfg


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
    monkeypatch.setattr(gunicorn_hooks.time, "monotonic", lambda: now)

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
    assert [kinds("/") for _ in range(gunicorn_hooks.STORM + 1)] == [both] * (gunicorn_hooks.STORM + 1)
    assert [kinds("/"), kinds("/")] == [once, once]
    assert kinds("/other") == both, "Another target is no part of it."
    for _ in range(gunicorn_hooks.STORM):
        kinds("/other")
    assert [kinds("/other", pause=1), kinds("/other")] == [both, both], "A pause ends it."
    for _ in range(gunicorn_hooks.STORM):
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
    assert [row[0] for row in heard()] == ["begin", "end", "count", "ready"]


def test_what_the_learners_hooks_raise_is_raised_and_the_event_told(heard):
    def post_request(worker, req, environ, resp):
        raise KeyError("mine")

    cfg = configured(post_request=post_request)
    gunicorn_hooks.install(cfg)
    cfg.pre_request("W", REQUEST)
    with pytest.raises(KeyError, match="mine"):
        cfg.post_request("W", REQUEST, {}, SimpleNamespace(status_code=200))
    assert [row[0] for row in heard()] == ["begin", "end"]


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
