"""The live view's model, with a server, a feed and a front end that are made up."""

from __future__ import annotations

import json
import threading
import time
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import ANY
from xml.etree import ElementTree

import pytest
from support.made_up import SOCKET, FakeServer, process, tree
from support.waiting import wait_for

from labapp.observe.feed import Exited, FeedEnded, LogLines, ServerEvents, TreeChanged
from labapp.observe.roles import Roles
from labapp.observe.server_events.events import RequestBegin, RequestEnd
from labapp.observe.timeline.timeline import Timeline
from labapp.observe.tree import Tree
from labapp.servers import signals
from labapp.servers.server import Server
from labapp.views.live import view as live
from labapp.views.live.about import link
from labapp.views.live.view import LiveView

WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def said(view: LiveView, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Return the messages that the view sends beside its state."""
    messages: list[dict[str, Any]] = []
    monkeypatch.setattr(view, "send", messages.append)
    return messages


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, float, object]]:
    """Return the signals that are sent, to nobody."""
    seen: list[tuple[int, float, object]] = []
    monkeypatch.setattr(live, "send_signal", lambda *signal: seen.append(signal))
    return seen


def moods(view: LiveView) -> dict[str, str]:
    return {box["key"]: box["mood"] for box in view.scene["boxes"]}


def ask(view: LiveView, **message: str) -> None:
    """Send a message as the front end does."""
    view._handle_custom_msg(message, [])


def test_one_server_has_one_view(view, server):
    assert live.watch(cast(Server, server)) is view


def test_a_closed_view_gives_way_to_a_new_one(server):
    first = live.watch(cast(Server, server))
    first.close()
    with live.watch(cast(Server, server)) as second:
        assert second is not first
    live._views.clear()


def test_it_shows_what_there_is_before_anything_happens(view):
    assert moods(view) == {"M": "alive", "W1": "alive", "W2": "alive"}
    assert view.scene["boxes"][0]["plugged"]
    assert view.picture["places"][0]["pills"][0]["key"] == SOCKET


def test_it_tells_the_server_once(view):
    assert view.about["command"] == 'gunicorn "labapp:create_app()" --workers 2'
    assert view.about["url"] == view.about["href"] == f"http://{SOCKET}"
    assert view.about["signals"]["master"][0] == {
        "name": "TTIN",
        "label": "one worker more",
        "sentence": "The master forks one more worker.",
    }


def test_nobody_is_followed_before_the_first_display(view, server):
    assert server.feed.subscribers == []
    view._repr_mimebundle_()
    view._repr_mimebundle_()
    ask(view, kind="hello")
    assert len(server.feed.subscribers) == 1


def test_a_front_end_that_comes_along_gets_the_whole_log_and_the_time(view, server, said):
    view.follow()
    server.feed.tell(LogLines(["one", "two"]))
    said.clear()
    ask(view, kind="hello")
    log, clock, past = said
    assert [entry["text"] for entry in log["entries"]] == ["one", "two"]
    assert (clock["kind"], past["kind"]) == ("clock", "past")


def test_births_and_deaths_are_shown_as_they_come(view, server):
    view.follow()
    family = [*server.now, process(3309, "W3", age=0.0)]
    server.feed.tell(TreeChanged(0.0, family))
    assert moods(view)["W3"] == "born"
    server.feed.tell(Exited(3307, -9))
    server.feed.tell(TreeChanged(0.0, [p for p in family if p.label != "W1"]))
    assert moods(view)["W1"] == "dead"
    assert view.scene["boxes"][1]["words"]["verdict"] == "✕ killed by SIGKILL"
    assert view.scene["workers"] == 2


def test_at_rest_nothing_is_sent(view, server, said, monkeypatch):
    view.follow()
    states: list[object] = []
    monkeypatch.setattr(view, "send_state", states.append)
    calm = TreeChanged(0.0, list(server.now))
    server.feed.tell(calm)
    server.feed.tell(calm)
    assert [state for state in states if state] == []
    assert said == []


def test_figures_alone_send_no_picture(view, server, monkeypatch):
    view.follow()
    names: list[str] = []
    view.observe(lambda change: names.append(change["name"]), ["scene", "picture"])
    server.feed.tell(TreeChanged(0.0, list(tree(2, cpu=0.5, listening=(SOCKET,)))))
    assert names == ["scene"]


def test_new_lines_go_out_once(view, server, said):
    view.follow()
    server.feed.tell(LogLines(["[2026-11-20 23:49:30 +0000] [3307] [WARNING] slow"]))
    server.feed.tell(LogLines(["plain"]))
    first, second = (message["entries"] for message in said)
    assert [(e["n"], e["tag"], e["level"], e["text"]) for e in first] == [(1, "W1", "warning", "slow")]
    assert [(e["n"], e["tag"], e["text"]) for e in second] == [(2, "", "plain")]


def test_a_press_sends_the_signal_to_the_very_process(view, server, sent, said):
    ask(view, kind="signal", key="W2", signal="KILL")
    worker = server.now.find("W2")
    assert sent == [(worker.pid, worker.started, "KILL")]
    assert [entry["text"] for message in said for entry in message["entries"]] == [
        "you sent KILL to worker 2"
    ]


def test_a_signal_that_a_cell_sends_is_told_too_and_once(view, server, monkeypatch, said):
    monkeypatch.setattr(signals, "_send", lambda *_: None)
    view.follow()
    server.feed.tell(TreeChanged(0.0, list(server.now)))
    worker = server.now.find("W2")
    signals.send_signal(worker.pid, worker.started, "KILL")
    signals.send_signal(worker.pid, worker.started + 1, "TERM")  # To somebody else.
    server.feed.tell(TreeChanged(0.0, [p for p in server.now if p.label != "W2"]))
    ask(view, kind="signal", key="M", signal="TTIN")
    texts = [entry["text"] for message in said for entry in message.get("entries", ())]
    assert texts == ["you sent KILL to worker 2", "you sent TTIN to master"]
    view.close()
    assert signals._listeners == []


def test_a_signal_to_one_who_is_gone_is_refused_in_the_view(view, sent, said):
    ask(view, kind="signal", key="W9", signal="KILL")
    assert sent == []
    (entry,) = said[0]["entries"]
    assert (entry["kind"], entry["text"]) == ("refused", "W9 has ended: KILL was not sent.")


@pytest.mark.parametrize(
    "error", [ProcessLookupError("gone"), PermissionError("not yours"), ValueError("no such")]
)
def test_what_the_system_refuses_is_told_in_the_view(view, said, monkeypatch, error, capsys):
    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(live, "send_signal", refuse)
    ask(view, kind="signal", key="M", signal="TTIN")
    assert said[0]["entries"][0] | {"kind": "refused", "text": str(error)} == said[0]["entries"][0]
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("message", [{}, {"kind": "dance"}, {"kind": "signal", "key": "M"}])
def test_a_message_it_does_not_know_does_nothing(view, sent, said, message):
    ask(view, **message)
    assert (sent, said) == ([], [])


def test_it_closes_by_itself_when_the_server_ends(view, server):
    view.follow()
    server.ending = "killed by SIGKILL"
    server.feed.tell(TreeChanged(0.0, []))
    assert view.scene["ending"] == "killed by SIGKILL"
    assert set(moods(view).values()) == {"dead"}
    assert server.feed.subscribers == []
    view.follow()
    assert server.feed.subscribers == []


def test_an_end_that_is_known_later_than_the_last_process_is_still_told(view, server):
    view.follow()
    server.feed.tell(TreeChanged(0.0, []))
    assert view.scene["ending"] is None
    server.ending = "exited with status 3"
    wait_for(lambda: view.scene["ending"], 5, "the view to learn of the end")
    assert view.scene["ending"] == "exited with status 3"


def test_a_feed_that_ends_with_the_server_is_the_end(view, server):
    view.follow()
    server.ending = "exited with status 0"
    server.feed.tell(FeedEnded("closed"))
    assert view.scene["ending"] == "exited with status 0"


def test_a_feed_that_breaks_is_said_to_be_broken_and_may_be_taken_up_again(view, server, said):
    view.follow()
    server.feed.tell(FeedEnded("the sampler was killed"))
    assert view.scene["ending"] is None
    assert "the sampler was killed" in said[0]["entries"][0]["text"]
    server.feed.subscribers.clear()
    view.follow()
    assert len(server.feed.subscribers) == 1


def test_a_server_that_has_ended_already_can_be_looked_at():
    server = FakeServer(Tree())
    server.ending = "exited with status 3"
    with live.watch(cast(Server, server)) as view:
        assert view.scene["ending"] == "exited with status 3"
        assert repr(view).endswith("exited with status 3")
    live._views.clear()


def event(pid: int, *, ended: bool = False, at: float = 0.0, port: int = 1) -> RequestBegin | RequestEnd:
    """Return an event of a request."""
    began = BEGAN + at
    about = ("", port, port, "GET", "/wait")
    if ended:
        return RequestEnd("end", began + 0.1, pid, 0, *about, began, 200)
    return RequestBegin("begin", began, pid, 0, *about)


BEGAN = time.monotonic()


def test_requests_are_counted_by_worker_and_no_scene_is_sent(view, server):
    view.follow()
    server.feed.tell(TreeChanged(0.0, list(server.now)))
    assert view.traffic == {}
    changes: list[Any] = []
    view.observe(changes.append, ["scene", "picture", "traffic"])
    now = time.monotonic() - BEGAN
    server.feed.tell(
        ServerEvents([event(3307, at=now), event(3308, at=now), event(3308, at=now, ended=True)])
    )
    wait_for(lambda: changes, 5, "the requests")
    assert {change["name"] for change in changes} == {"traffic"}
    state = changes[0]["new"]
    assert state["workers"] == {
        "W1": {"flying": 1, "served": 0, "lost": 0, "since": ANY, "path": "/wait"},
        "W2": {"flying": 0, "served": 1, "lost": 0, "since": 0.0, "path": ""},
    }
    assert [flight["worker"] for flight in state["flights"]] == ["W1", "W2"]


def test_a_storm_of_requests_is_told_a_few_times_a_second(view, server):
    view.follow()
    server.feed.tell(TreeChanged(0.0, list(server.now)))
    changes: list[object] = []
    view.observe(changes.append, ["traffic"])
    begun = time.monotonic()
    for number in range(3000):
        at = number / 10_000
        server.feed.tell(
            ServerEvents([event(3307, at=at, port=number), event(3307, ended=True, at=at, port=number)])
        )
    wait_for(lambda: view.traffic.get("served") == 3000, 5, "the last request")
    assert len(changes) <= (time.monotonic() - begun) / live.BATCH + 2


def test_it_starts_from_what_the_timeline_knows(server):
    server.kind = SimpleNamespace(emits_events=True, log_syntax=server.kind.log_syntax)
    timeline = Timeline(cast(Roles, server.roles))
    timeline.on_message(TreeChanged(0.0, list(server.now)))
    now = time.monotonic() + 0.1 - BEGAN
    earlier = ServerEvents(
        [event(3307, at=now), event(3307, at=now, ended=True), event(3308, at=now, port=2)]
    )
    timeline.on_message(earlier)
    server.timeline = timeline
    with live.watch(cast(Server, server)) as view:
        view.follow()
        # The feed tells the timeline first: what it knows by now is not to be counted twice.
        server.feed.tell(earlier)
        server.feed.tell(ServerEvents([event(3308, at=now, port=2, ended=True)]))
        wait_for(lambda: view.traffic.get("served") == 2, 5, "both requests")
        worker = view.traffic["workers"]["W2"]
        assert (worker["flying"], worker["served"]) == (0, 1)
    live._views.clear()


def test_the_past_is_told_to_a_front_end_that_comes_along(view, server, said):
    view.follow()
    family = [*server.now, process(3309, "W3", age=0.0)]
    server.feed.tell(TreeChanged(0.0, family))
    server.feed.tell(TreeChanged(0.0, [p for p in family if p.label != "W1"]))
    said.clear()
    ask(view, kind="hello")
    past = next(message for message in said if message["kind"] == "past")
    assert len(past["pictures"]) == 3
    assert len(past["moments"]) == 3
    json.dumps(past)


def test_the_bundle_holds_view_picture_and_text(view):
    data, _ = view._repr_mimebundle_()
    assert set(data) == {WIDGET, "image/svg+xml", "text/plain"}
    assert data[WIDGET]["model_id"] == view.model_id
    ElementTree.fromstring(data["image/svg+xml"])
    assert data["text/plain"] == repr(view)


def test_the_text_is_the_same_in_every_run(view, server):
    before = repr(view)
    server.now = Tree([process(1, "M", ppid=0), process(2, "W1", ppid=1), process(3, "W2", ppid=1, cpu=0.7)])
    assert repr(view) == before
    assert before.splitlines() == [
        'gunicorn "labapp:create_app()" --workers 2',
        "  a master and 2 workers: M W1 W2",
    ]


def test_a_terminal_gets_pids_and_figures(view):
    text = str(view)
    assert f"http://{SOCKET}, a master and 2 workers" in text
    assert "3307" in text


def test_the_state_is_plain_data(view):
    json.dumps([view.about, view.scene, view.picture])


def test_on_a_hub_the_link_goes_through_its_proxy(server, monkeypatch):
    assert link(cast(Server, server)) == f"http://{SOCKET}"
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ada/")
    assert link(cast(Server, server)) == "/user/ada/proxy/46393/"
    server.url = server.port = None
    assert link(cast(Server, server)) is None


def test_leaving_it_ends_its_thread_and_its_feed(server):
    with live.watch(cast(Server, server)) as view:
        view.follow()
        server.feed.tell(TreeChanged(0.0, [*server.now, process(3309, "W3", age=0.0)]))
        assert any(thread.name == "labapp-view" for thread in threading.enumerate())
    assert server.feed.subscribers == []
    wait_for(lambda: not [t for t in threading.enumerate() if t.name == "labapp-view"], 5, "its thread's end")
    live._views.clear()
