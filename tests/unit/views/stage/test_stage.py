"""Which servers the stage lists, and whose view it shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest
from support.made_up import FakeServer
from support.waiting import wait_for

from labapp import lab
from labapp.arguments import ArgumentError
from labapp.observe.feed import TreeChanged
from labapp.servers import Server
from labapp.views import live, stage
from labapp.views.live import view as live_view
from labapp.views.stage import stage as room
from labapp.views.stage.names import names_of
from labapp.views.stage.stage import Stage


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> list[FakeServer]:
    """The servers that run, oldest first."""
    found = [FakeServer(), FakeServer()]
    monkeypatch.setattr(room, "servers", lambda: [server for server in found if server.running])
    return found


@pytest.fixture
def names() -> dict[str, Any]:
    """The names of the notebook."""
    return {}


@pytest.fixture
def shown(
    running: list[FakeServer], names: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    """The stage of this process."""
    one = Stage(names)
    monkeypatch.setattr(room, "_stages", [one])
    yield one
    for view in live_view._views.values():
        view.close()
    live_view._views.clear()


def say(stage: Stage, **message: str) -> None:
    stage._handle_custom_msg(message, [])


def watch(server: FakeServer, where: str = "side") -> live.LiveView:
    view = stage.watch(cast(Server, server), where=cast(Any, where))
    view._repr_mimebundle_()
    return view


def on(stage: Stage) -> str:
    """The model of the view on the stage."""
    return next((server["view"] for server in stage.servers if server["key"] == stage.shown), "")


def test_a_displayed_view_is_on_the_stage(shown, running):
    view = watch(running[0])
    assert (view.where, view.stage) == ("side", shown.model_id)
    assert on(shown) == view.model_id
    assert shown.asked == 1
    second = watch(running[1])
    assert on(shown) == second.model_id
    assert shown.asked == 2


def test_one_for_the_cell_leaves_the_stage_as_it_is(shown, running):
    view = watch(running[0])
    assert watch(running[1], "cell").where == "cell"
    assert on(shown) == view.model_id
    assert shown.asked == 1


def test_the_reader_moves_a_view(shown, running):
    view = watch(running[0], "cell")
    view._handle_custom_msg({"kind": "place", "where": "side"}, [])
    assert (view.where, on(shown), shown.asked) == ("side", view.model_id, 1)
    view._handle_custom_msg({"kind": "place", "where": "cell"}, [])
    assert (view.where, shown.asked) == ("cell", 1)


def test_the_reader_chooses_among_the_servers_that_run(shown, running, names):
    names |= {"web": running[0], "edge": running[1], "_": running[0]}
    watch(running[0])
    assert [server["name"] for server in shown.servers] == ["web", "edge"]
    say(shown, kind="choose", key=shown.servers[1]["key"])
    assert on(shown) == live.watch(cast(Server, running[1])).model_id
    before = shown.shown
    say(shown, kind="choose", key="nobody")
    assert shown.shown == before


def test_a_newer_server_takes_the_place_of_one_that_has_ended(shown, running):
    watch(running[1])
    say(shown, kind="hello")
    running[1].ending = "exited with status 0"
    shown.refresh()
    # The other is older: it was not started in its place.
    assert [server["running"] for server in shown.servers] == [True, False]
    assert on(shown) == live.watch(cast(Server, running[1])).model_id
    running.append(FakeServer())
    shown.refresh()
    assert on(shown) == live.watch(cast(Server, running[2])).model_id
    assert [server["running"] for server in shown.servers] == [True, True]


def test_an_end_is_told_at_once_and_nobody_is_led_away_from_it(shown, running):
    view = watch(running[0])
    say(shown, kind="hello")
    running[0].ending = "killed by SIGKILL"
    running[0].feed.tell(TreeChanged(0.0, []))
    wait_for(lambda: [server["running"] for server in shown.servers] == [False, True], 5, "the list")
    assert on(shown) == view.model_id


def test_what_nobody_looks_at_follows_nobody(shown, running):
    view = watch(running[1])
    running[1].ending = "exited with status 0"
    running.append(FakeServer())
    shown.refresh()
    assert on(shown) == view.model_id


def test_servers_are_called_as_their_variable_or_key_or_as_their_program_and_numbered():
    servers = [FakeServer() for _ in range(5)]
    namespace = {"web": servers[1], "all": {"sync": servers[3], "last": servers[1], 5: servers[4]}}
    namespace["data"] = {str(number): servers[4] for number in range(101)}
    assert list(names_of(cast(Any, servers * 2), namespace).values()) == [
        "gunicorn",
        "web",
        "gunicorn 2",
        "sync",
        "gunicorn 3",
    ]


def test_elsewhere_is_nowhere():
    with pytest.raises(ArgumentError, match=r"watch\(where=…\): expected 'side', .* or 'cell', got 'left'"):
        lab.watch(cast(Server, object.__new__(Server)), where="left")
