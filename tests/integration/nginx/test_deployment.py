"""A deployment in one picture: real servers, who passes requests to whom, and what is seen of a request."""

import json
import re
import threading
from collections.abc import Callable
from unittest.mock import patch

import pytest
from support.upstreams import PROXY
from support.waiting import wait_for

from labapp import lab
from labapp.observe.feed import LogLines
from labapp.servers.kinds.nginx.server import NginxServer
from labapp.views.deployment import DeploymentView

Run = Callable[..., NginxServer]
Launch = Callable[..., lab.Server]


def test_a_request_is_seen_on_its_whole_way(nginx: Run, gunicorn: Launch) -> None:
    web, other = gunicorn(), gunicorn()
    edge = nginx(PROXY, web=web)
    with lab.watch(edge, web, other) as view:
        assert repr(view) == (
            "clients → nginx; nginx → web\n"
            "  nginx     Nginx: W1 W2 M\n"
            "  web       Gunicorn: W1 M\n"
            "  gunicorn  Gunicorn: W1 M; no server here passes requests to it"
        )
        assert lab.watch(web, other, edge) is view  # The same servers are the same picture.
        # A server is there once, however many pass requests to it; another of that name has a number.
        with lab.watch(edge, nginx(PROXY, web=web), nginx(PROXY, web=other), web, other) as wide:
            assert wide.picture["title"] == "nginx, nginx 2, nginx 3 → web, web 2"
        view.follow()
        a_line_of_a_log_changes_nothing_else(view)
        edge.get("/a")
        rows: list[dict] = []
        wait_for(lambda: rows.extend(row for told in view._told for row in told["rows"]) or rows, 5, "a row")
        assert (rows[0]["text"], rows[0]["status"]) == ("GET /a", "200")
        assert rows[0]["way"] in {"nginx W1 → web W1", "nginx W2 → web W1"}

        # What has begun and not ended is known at Gunicorn, and at Nginx by its connection.
        asking = threading.Thread(target=lambda: edge.get("/slow?seconds=1.5"))
        asking.start()
        wait_for(lambda: view.state["ways"], 5, "the way from Nginx to Gunicorn")
        busy = {box["key"]: box["words"] for box in view.state["boxes"] if box["busy"]}
        assert busy["web W1"] == "/slow  {age}"
        assert "holds 1 · {age}" in busy.values()
        assert [client["busy"] for client in view.state["clients"]].count(True) == 1
        asking.join()
        wait_for(lambda: not view.state["ways"], 5, "its end")

        # Another configuration passes requests to another server, and so does the picture.
        edge.reload(web=other)
        wait_for(lambda: "; nginx → gunicorn\n" in view.picture["said"], 5, "the other server")
        assert view.title == view.picture["title"] == "nginx → web, gunicorn"
        other.stop()
        wait_for(lambda: view.state["servers"]["gunicorn"]["ended"], 5, "its end")
        bundle, _ = view._repr_mimebundle_()
        assert "Deployment: clients → nginx; nginx → gunicorn" in bundle["image/svg+xml"]
        assert json.dumps(view.state)
        assert view._throttle.errors == []


def a_line_of_a_log_changes_nothing_else(view: DeploymentView) -> None:
    """Hand the view a line, with nothing else in between; it sends that line, and no state."""
    with view._throttle.turn, patch.object(view, "send") as send:
        view._paint()
        send.reset_mock()
        changed: list[str] = []
        view.observe(lambda change: changed.append(change["name"]))
        view._state.on_message("web", LogLines(("a line",)))
        view._paint()
        view.unobserve_all()
    [(message,)] = [call.args for call in send.call_args_list]
    assert (message["kind"], [(one["tag"], one["text"]) for one in message["entries"]]) == (
        "log",
        [("web", "a line")],
    )
    assert changed == []


def test_a_chain_of_proxies_is_one_way_and_a_signal_goes_to_the_process_chosen(
    nginx: Run, gunicorn: Launch
) -> None:
    web = gunicorn()
    middle = nginx(PROXY, web=web)
    edge = nginx(PROXY.replace("web.", "middle."), middle=middle)
    with lab.watch(edge, middle, web) as view:
        assert repr(view).startswith("clients → nginx; nginx → middle; middle → web\n")
        view.follow()
        edge.get("/a")
        rows: list[dict] = []
        wait_for(lambda: rows.extend(row for told in view._told for row in told["rows"]) or rows, 5, "a row")
        assert [re.sub(r"W\d", "W", row["way"]) for row in rows] == ["nginx W → middle W → web W"]
        asking = threading.Thread(target=lambda: edge.get("/slow?seconds=1.5"))
        asking.start()
        wait_for(lambda: len(view.state["ways"]) == 2, 5, "the way through both proxies")
        asking.join()

        said: list[dict] = []
        view.send = said.append
        before = [worker.pid for worker in web.workers]
        view.send_signal("web W1", "TERM")
        web.wait_until(lambda: before != [worker.pid for worker in web.workers])
        view.send_signal("nobody W1", "TERM")
        sent = "you sent TERM to web W1"
        lines = [entry["text"] for one in said if one["kind"] == "log" for entry in one["entries"]]
        assert sent in lines
        told = [(one["how"], one["text"]) for one in said if one["kind"] == "outcome"]
        assert told == [
            ("sent", sent),
            ("refused", "W1 has ended: TERM was not sent."),
        ]


def test_what_cannot_be_one_picture_is_answered_in_a_sentence(gunicorn: Launch) -> None:
    web = gunicorn()
    with pytest.raises(ValueError, match="twice: name each server once"):
        lab.watch(web, web)
    with pytest.raises(ValueError, match=r"the second is of type str\."):
        lab.watch(web, "another")
    ended = gunicorn()
    ended.stop()
    with pytest.raises(ValueError, match=r"The second server, .* has ended"):
        lab.watch(web, ended)
