"""Requests in the live view, and its last minute."""

from __future__ import annotations

import json
import time
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import ANY

from support.made_up import ask, process
from support.waiting import wait_for

from labapp.observe.feed import ServerEvents, TreeChanged
from labapp.observe.roles import Roles
from labapp.observe.server_events.events import RequestBegin, RequestEnd
from labapp.observe.timeline.timeline import Timeline
from labapp.servers.server import Server
from labapp.views.live import view as live


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
        "W1": {"flying": 1, "served": 0, "earlier": 0, "lost": 0, "since": ANY, "path": "/wait"},
        "W2": {"flying": 0, "served": 1, "earlier": 0, "lost": 0, "since": 0.0, "path": ""},
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
    assert len(changes) <= (time.monotonic() - begun) / live.REQUESTS + 2


def test_it_starts_from_what_the_timeline_knows(server):
    told = {"log_syntax": server.kind.log_syntax, "noise": None}
    server.kind = SimpleNamespace(emits_events=True, tells_at_end=False, **told)
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

    def past() -> dict[str, Any]:
        said.clear()
        ask(view, kind="hello")
        return next(message for message in said if message["kind"] == "past")

    # What is sent ahead of a picture's other forms is no moment of its own.
    wait_for(lambda: len(past()["pictures"]) == 2, 5, "both pictures")
    server.feed.tell(TreeChanged(0.0, [p for p in family if p.label != "W1"]))
    wait_for(lambda: len(past()["pictures"]) == 3, 5, "the picture of the dead")
    assert {moment["picture"] for moment in past()["moments"]} == {0, 1, 2}
    assert all(len(picture["places"]) == 4 for picture in past()["pictures"])
    json.dumps(past())
