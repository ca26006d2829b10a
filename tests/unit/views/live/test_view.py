"""The live view's model, with a server, a feed and a front end that are made up."""

from __future__ import annotations

import gc
import json
import threading
from typing import cast
from xml.etree import ElementTree

import pytest
from support.made_up import SOCKET, FakeServer, ask, process, tree
from support.waiting import wait_for

from labapp.observe.feed import Exited, FeedEnded, LogLines, TreeChanged
from labapp.observe.tree import Tree
from labapp.servers.server import Server
from labapp.views.live import view as live
from labapp.views.live.view import LiveView

WIDGET = "application/vnd.jupyter.widget-view+json"


def moods(view: LiveView) -> dict[str, str]:
    return {box["key"]: box["mood"] for box in view.scene["boxes"]}


def test_one_server_has_one_view(view, server):
    assert live.watch(cast(Server, server)) is view


def test_a_closed_view_gives_way_to_a_new_one(server):
    first = live.watch(cast(Server, server))
    first.close()
    with live.watch(cast(Server, server)) as second:
        assert second is not first
    live._views.clear()


def test_one_that_cannot_be_built_is_let_go_in_silence(server, monkeypatch, recwarn):
    monkeypatch.setattr(server, "tree", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        LiveView(cast(Server, server))
    gc.collect()
    assert list(recwarn) == []


def test_it_shows_what_there_is_before_anything_happens(view):
    assert moods(view) == {"M": "alive", "W1": "alive", "W2": "alive"}
    assert view.scene["boxes"][0]["plugged"]
    assert json.loads(view.picture["places"][0]["drawing"])["pills"][0]["key"] == SOCKET


def test_it_tells_the_server_once(view):
    assert view.about["command"] == 'gunicorn "labapp:create_app()" --workers 2'
    assert (view.about["url"], view.about["port"]) == (f"http://{SOCKET}", 46393)
    assert view.about["signals"]["master"][0] == {
        "name": "TTIN",
        "label": "one worker more",
        "sentence": "The master forks one more worker.",
    }


def test_every_role_that_its_processes_may_play_has_its_signals(view, server):
    assert set(view.about["signals"]) == set(server.roles.names)


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
    wait_for(lambda: "verdict" in view.scene["boxes"][1]["words"], 5, "the words of the dead")
    assert view.scene["boxes"][1]["words"]["verdict"] == "✕ killed by SIGKILL"
    assert view.scene["workers"] == 2


def test_of_a_birth_one_picture_comes_ahead_and_the_others_as_soon_as_one_asks(view, server, monkeypatch):
    monkeypatch.setattr(live, "TOGETHER", 60.0)
    view.follow()
    server.feed.tell(TreeChanged(0.0, list(tree(3))))
    (ahead,) = view.picture["places"]
    ask(view, kind="pictures")
    assert ahead in view.picture["places"]
    assert len(view.picture["places"]) > 1


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
    wait_for(lambda: len(said) == 2, 5, "the second line")
    first, second = (message["entries"] for message in said)
    assert [(e["n"], e["tag"], e["level"], e["text"]) for e in first] == [(1, "W1", "warning", "slow")]
    assert [(e["n"], e["tag"], e["text"]) for e in second] == [(2, "", "plain")]


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
        # What it wrote is there to be read, though no feed tells of it any more.
        assert [entry["text"] for entry in view._live_state.history.log()] == server.log.lines
    live._views.clear()


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


def test_leaving_it_ends_its_thread_and_its_feed(server):
    with live.watch(cast(Server, server)) as view:
        view.follow()
        server.feed.tell(TreeChanged(0.0, [*server.now, process(3309, "W3", age=0.0)]))
        assert any(thread.name == "labapp-view" for thread in threading.enumerate())
    assert server.feed.subscribers == []
    wait_for(lambda: not [t for t in threading.enumerate() if t.name == "labapp-view"], 5, "its thread's end")
    live._views.clear()
