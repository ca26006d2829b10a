"""How often the live view speaks to its front end: births and deaths first and alone, all else together."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from support.made_up import process
from support.waiting import wait_for

from labapp.observe.feed import Exited, LogLines, TreeChanged
from labapp.views.live import live_state
from labapp.views.live.kernel_threads import SOON, hurry_until
from labapp.views.live.view import LiveView

BOOTING = "[2026-11-20 23:49:30 +0000] [3309] [INFO] Booting worker with pid: 3309"
KILLED = (
    "[2026-11-20 23:49:30 +0000] [3304] [ERROR] Worker (pid:3307) was sent SIGKILL! Perhaps out of memory?"
)


@pytest.fixture
def spoken(view: LiveView, server: Any, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Follow the server; return what goes to the front end from now on: the state's names, `boxes`, `log`."""
    messages: list[tuple[str, ...]] = []
    view.follow()
    server.feed.tell(TreeChanged(0.0, list(server.now)))
    monkeypatch.setattr(view, "send_state", lambda key: messages.append(tuple(sorted(key))) if key else None)
    monkeypatch.setattr(view, "send", lambda message: messages.append((message["kind"],)))
    return messages


def test_a_death_is_one_message_of_its_own_at_once(view, server, spoken, monkeypatch):
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(view, "send", sent.append)
    server.feed.tell(Exited(3307, -9))
    assert spoken == []
    ((_, kind), (_, workers), (_, (box,))) = sent[0].items()
    assert (kind, workers, box["key"], box["mood"]) == ("boxes", 1, "W1", "dead")
    assert "killed by SIGKILL" in box["spoken"]
    assert box["words"]["verdict"] == "✕ killed by SIGKILL"


def test_a_birth_is_one_message_of_its_own_at_once(view, server, spoken):
    server.feed.tell(TreeChanged(0.0, [*server.now, process(3309, "W3", age=0.0)]))
    assert spoken == [("picture", "scene")]
    assert view.scene["boxes"][3]["mood"] == "born"


def test_what_belongs_to_a_death_follows_as_one(view, server, spoken):
    family = list(server.now)
    server.feed.tell(Exited(3307, -9))
    server.feed.tell(TreeChanged(0.0, [*family[:1], process(3307, "W1", state="zombie"), *family[2:]]))
    server.feed.tell(LogLines([KILLED]))
    server.feed.tell(TreeChanged(0.0, [*family[:1], *family[2:]]))
    server.feed.tell(LogLines(["one more"]))
    assert spoken == [("boxes",)]
    wait_for(lambda: ("log",) in spoken, 5, "the rest")
    view.close()
    assert spoken == [("boxes",), ("picture", "scene"), ("log",)]


def test_a_line_of_the_log_repaints_the_log_and_nothing_else(view, server, spoken, monkeypatch):
    composed: list[object] = []
    monkeypatch.setattr(live_state, "compose", lambda *given: composed.append(given))
    for _ in range(50):
        server.feed.tell(LogLines([BOOTING]))
    assert spoken == []
    wait_for(lambda: spoken, 5, "the lines")
    assert set(spoken) == {("log",)}
    assert composed == []


def test_only_while_it_follows_threads_have_their_turn_sooner(view):
    usual = sys.getswitchinterval()
    view.follow()
    assert sys.getswitchinterval() == pytest.approx(SOON)
    view.follow()
    view.close()
    assert sys.getswitchinterval() == usual


def test_turns_are_as_usual_again_when_the_last_has_left():
    usual, left = sys.getswitchinterval(), []
    first, second = hurry_until(lambda: left.append(1)), hurry_until(lambda: left.append(2))
    first()
    assert sys.getswitchinterval() == pytest.approx(SOON)
    second()
    assert (sys.getswitchinterval(), left) == (usual, [1, 2])


def test_who_sets_the_turns_meanwhile_keeps_them():
    usual = sys.getswitchinterval()
    end = hurry_until(lambda: None)
    try:
        sys.setswitchinterval(0.02)
        end()
        assert sys.getswitchinterval() == pytest.approx(0.02)
    finally:
        sys.setswitchinterval(usual)
