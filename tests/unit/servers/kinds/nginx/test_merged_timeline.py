"""One order of time for several servers."""

from pathlib import Path

import pytest

from labapp.observe.timeline.events import Event, ProcessLife
from labapp.observe.timeline.requests import Request
from labapp.observe.timeline.slice import TimelineSlice
from labapp.servers.kinds.nginx.configuration.logging import unlogged
from labapp.servers.kinds.nginx.merged_timeline import behind, joined


def stretch(begin: float, end: float) -> TimelineSlice:
    event = Event(begin, "lab", "signal", 7, "M", "HUP")
    request = Request("GET", "/", "", 8, "W1", "", begin, end, 200)
    return TimelineSlice((event,), (request,), (ProcessLife(8, "W1", begin),), begin, end, dropped=1)


def test_each_process_is_called_by_its_server() -> None:
    found = joined({"web": stretch(2.0, 3.0), "nginx": stretch(1.0, 4.0), "idle": TimelineSlice()})
    assert [(event.at, event.who) for event in found] == [(1.0, "nginx M"), (2.0, "web M")]
    assert [request.worker for request in found.requests()] == ["nginx W1", "web W1"]
    assert {life.who for life in found.lives} == {"nginx W1", "web W1"}
    assert (found.begin, found.end, found.dropped) == (1.0, 4.0, 2)


def asked(worker: str, begin: float, end: float | None, path: str = "/", *upstreams: str) -> Request:
    return Request("GET", path, "", 8, worker, "", begin, end, 200, upstreams=upstreams)


def test_a_request_that_is_passed_on_is_one() -> None:
    first = asked("W1", 1.0, 3.0, "/slow", "unix:/web")
    second = asked("W1", 1.1, 2.0, "/quick", "unix:/web")
    own = asked("W1", 1.2, 1.3, "/static")
    # The proxy's clock is coarse: it may tell its begin too late.
    behind_it = [asked("W2", 1.05, 1.9, "/quick"), asked("W1", 1.5, 2.9, "/slow"), asked("W1", 4.0, 4.1)]
    parts = {"edge": [first, second, own], "web": behind_it}
    both = joined({name: TimelineSlice((), tuple(served)) for name, served in parts.items()})
    ways = {request.path: request.via.worker for request in both.requests() if request.via}
    assert ways == {"/quick": "edge W1", "/slow": "edge W1"}
    assert [request.via.path for request in both.requests() if request.via] == ["/quick", "/slow"]
    assert both.summary.startswith("4 requests by 1 worker, 2 passed on")


def test_what_cannot_be_seen_is_said() -> None:
    blind = TimelineSlice(unseen="in location /quiet (an access_log of its own, or off)")
    assert blind.summary == "requests not seen in location /quiet (an access_log of its own, or off)"
    assert joined({"edge": blind, "web": TimelineSlice()}).summary.startswith(
        "requests not seen by edge in loc"
    )
    assert stretch(1.0, 2.0).summary.startswith("1 request by 1 worker")


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("server { location / { } }", []),
        ("access_log /tmp/mine.log; server { }", []),
        ("access_log off; server { }", ["http"]),
        ("server { access_log off; location /a { access_log x; } }", ["server", "location /a"]),
        ("server { location = /health { access_log off; } }", ["location = /health"]),
        ("include quiet.conf;", ["location ~ x"]),
    ],
)
def test_where_an_access_log_takes_the_place_of_the_labs(
    tmp_path: Path, text: str, places: list[str]
) -> None:
    (tmp_path / "quiet.conf").write_text("server { location ~ x { access_log off; } }")
    assert list(unlogged(text, tmp_path)) == places


def test_nothing_joined_is_nothing() -> None:
    assert len(joined({})) == 0


def test_only_servers_stand_behind() -> None:
    assert behind({"a": 1, "b": ["x"], "c": {"d": None}}) == {}
