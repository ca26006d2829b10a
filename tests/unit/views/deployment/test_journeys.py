"""A request's way, put together from what a proxy and a server tell of it."""

from __future__ import annotations

from itertools import permutations

import pytest

from labapp.observe.server_events.events import RequestEnd
from labapp.views.deployment.bars import merged
from labapp.views.deployment.journeys import PATIENCE, Journeys

WEB, EDGE, MIDDLE = 3307, 41, 57
LABELS = {WEB: "W2", EDGE: "W1", MIDDLE: "W3"}
ADDRESS, BETWEEN = "127.0.0.1:8000", "127.0.0.1:8001"


def inner(began: float, ended: float, target: str = "/ping", method: str = "GET") -> RequestEnd:
    return RequestEnd("end", ended, WEB, 0, "", 1, 5001, method, target, began, 200)


def outer(
    began: float, ended: float, target: str = "/ping", unit: str = f"c7 ;{ADDRESS}", **more
) -> RequestEnd:
    method, status = more.get("method", "GET"), more.get("status", 200)
    return RequestEnd("end", ended, more.get("pid", EDGE), 0, unit, 7, 4001, method, target, began, status)


@pytest.fixture
def journeys() -> Journeys:
    return Journeys({ADDRESS: "web", BETWEEN: "middle"}.get, {"web", "middle"}.__contains__)


def tell(journeys: Journeys, server: str, *events: RequestEnd, at: float = 0.0) -> None:
    journeys.on_events(server, lambda pid: LABELS.get(pid, ""), events, at)


@pytest.mark.parametrize("proxy_first", [True, False])
def test_what_both_tell_is_one_way_whoever_tells_first(journeys: Journeys, proxy_first: bool) -> None:
    told = [("nginx", outer(10.0, 10.2)), ("web", inner(10.01, 10.19))]
    for server, event in told if proxy_first else told[::-1]:
        tell(journeys, server, event)
        assert journeys.unsettled
    (journey,) = journeys.settle(0.01)
    assert journey.way == ("nginx W1", "web W2")
    assert (journey.path, journey.status, journey.port) == ("/ping", 200, 4001)
    assert journeys.settle(9.0) == []
    assert not journeys.unsettled


def test_a_server_that_tells_nothing_stands_at_the_end_by_its_name(journeys: Journeys) -> None:
    tell(journeys, "nginx", outer(10.0, 10.2))
    assert journeys.settle(PATIENCE / 2) == []
    assert [journey.way for journey in journeys.settle(PATIENCE)] == [("nginx W1", "web")]


def test_whom_the_proxy_asked_nobody_goes_no_further(journeys: Journeys) -> None:
    tell(journeys, "nginx", outer(10.0, 10.0, unit="c7 HIT;"), outer(10.0, 10.1, unit="c7 ;10.0.0.1:1"))
    assert [(one.way, one.cache) for one in journeys.settle(0.0)] == [
        (("nginx W1",), "HIT"),
        (("nginx W1",), ""),
    ]


def test_what_the_proxy_holds_longer_is_told_twice_and_is_one_way_at_its_end(journeys: Journeys) -> None:
    tell(journeys, "web", inner(10.0, 10.1, "/download"))
    assert [journey.way for journey in journeys.settle(PATIENCE)] == [("web W2",)]
    tell(journeys, "nginx", outer(10.0, 14.0, "/download"), at=4.0)
    assert [journey.way for journey in journeys.settle(4.0)] == [("nginx W1", "web W2")]


def test_requests_of_another_method_or_another_time_are_others(journeys: Journeys) -> None:
    tell(journeys, "web", inner(10.0, 10.1, method="POST"), inner(20.0, 20.1))
    tell(journeys, "nginx", outer(10.0, 10.2))
    ways = sorted(journey.way for journey in journeys.settle(PATIENCE))
    assert ways == [("nginx W1", "web"), ("web W2",), ("web W2",)]


def test_of_several_at_once_the_same_path_is_the_same_request(journeys: Journeys) -> None:
    tell(journeys, "web", inner(10.0, 10.1, "/a"), inner(10.01, 10.1, "/b"))
    tell(journeys, "nginx", outer(10.0, 10.2, "/b"), outer(10.0, 10.2, "/a"))
    assert {journey.target for journey in journeys.settle(0.0)} == {"/a", "/b"}
    assert not journeys.unsettled


CHAIN = {
    "edge": outer(10.0, 10.2, unit=f"c7 ;{BETWEEN}"),
    "middle": outer(10.01, 10.19, unit=f"c9 MISS;{ADDRESS}", pid=MIDDLE),
    "web": inner(10.02, 10.18),
}


@pytest.mark.parametrize("order", list(permutations(CHAIN)))
def test_a_chain_of_proxies_is_one_way_whoever_tells_first(
    journeys: Journeys, order: tuple[str, ...]
) -> None:
    for place, server in enumerate(order):
        assert journeys.settle(place * PATIENCE / 4) == []
        tell(journeys, server, CHAIN[server], at=place * PATIENCE / 4)
    (journey,) = journeys.settle(PATIENCE / 2)
    assert (journey.way, journey.cache) == (("edge W1", "middle W3", "web W2"), "MISS")
    assert not journeys.unsettled
    assert journeys.settle(9.0) == []


def test_of_a_chain_what_is_told_is_one_way_though_one_says_nothing(journeys: Journeys) -> None:
    tell(journeys, "middle", CHAIN["middle"])
    tell(journeys, "web", CHAIN["web"])
    assert [journey.way for journey in journeys.settle(PATIENCE)] == [("middle W3", "web W2")]
    tell(journeys, "edge", CHAIN["edge"], at=1.0)
    assert [journey.way for journey in journeys.settle(1.0)] == [("edge W1", "middle W3", "web W2")]


def test_proxies_that_pass_to_each_other_are_followed_no_further_than_they_tell(journeys: Journeys) -> None:
    tell(journeys, "middle", outer(10.0, 10.3, unit=f"c1 ;{ADDRESS}", pid=MIDDLE))
    tell(journeys, "web", outer(10.0, 10.2, unit=f"c2 ;{BETWEEN}", pid=WEB))
    (journey,) = journeys.settle(PATIENCE)
    assert journey.way == ("middle W3", "web W2", "middle")


def test_bars_that_meet_are_one() -> None:
    bars = [
        ("web W1", 1.0, 1.1, False),
        ("web W1", 1.11, 1.3, False),
        ("web W1", 1.31, 1.4, True),
        ("nginx W1", 1.0, 1.4, False),
    ]
    assert [(bar["lane"], bar["begin"], bar["end"]) for bar in merged(bars)] == [
        ("web W1", 1.0, 1.3),
        ("nginx W1", 1.0, 1.4),
        ("web W1", 1.31, 1.4),
    ]
