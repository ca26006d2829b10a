"""What is written in the boxes of a deployment, and who of the clients has a place."""

from __future__ import annotations

from typing import Any

import pytest
from support.made_up import boxes

from labapp.observe.kernel.sockets import Established
from labapp.views.deployment.clients import Places, amount, words
from labapp.views.deployment.layout import CLIENTS
from labapp.views.deployment.words import box_words, server_words
from labapp.views.live import Client


def told(**more: Any) -> dict[str, Any]:
    return {"flying": 0, "served": 7, "lost": 0, "since": 5.0, "path": ""} | more


def client(port: int, since: float = 0.0, **more: Any) -> Client:
    about = {"unsent": 0, "received": 0, "sent": 0, "quiet": 0.0, "silent": 1.0} | more
    return Client(Established(port, port, **about), since)


@pytest.mark.parametrize(
    ("more", "traffic", "expected"),
    [
        ({}, None, "sleeping"),
        ({}, told(), "free"),
        ({}, told(flying=1, path="/wait"), "/wait  {age}"),
        ({}, told(flying=1, path="/a/rather/long/path"), "/a/rather/l…  {age}"),
        ({}, told(flying=3, path="/wait"), "3 in flight  {age}"),
        ({}, told(connections=2), "2 connected"),
        ({}, told(connections=3, flying=2), "holds 2 · {age}"),
        ({"mood": "born"}, told(), "✚ born {age} ago"),
        ({"mood": "dead", "verdict": "killed by SIGKILL"}, told(flying=1), "✕ killed by SIGKILL"),
        (
            {"mood": "dead", "verdict": "exited with status 0", "calm": True},
            told(),
            "■ exited with status 0",
        ),
        ({"state": "stopped"}, told(flying=1), "stopped"),
    ],
)
def test_a_process_says_what_it_does(more, traffic, expected) -> None:
    _, box = boxes(1, **more)
    said = box_words(box, traffic)
    assert said["words"] == expected
    assert said["busy"] == ("{age}" in expected and "born" not in expected)


def test_a_server_says_what_it_has_done() -> None:
    done = {"served": 40, "failed": 0}
    assert server_words(2, {}, None, reached=True) == "2 workers"
    assert server_words(0, {}, None, reached=True) == "one process"
    assert server_words(2, done, None, reached=True) == "40 served"
    told_all = done | {"failed": 2, "cache": {"HIT": 36, "MISS": 4}}
    assert server_words(2, told_all, None, reached=True) == "40 served · 2 failed · 36 from the cache"
    assert server_words(2, done, None, reached=False) == "unconnected"
    assert server_words(0, done, "■ exited with 0", reached=True) == "■ exited with 0"


@pytest.mark.parametrize(
    ("one", "does", "figures", "way"),
    [
        (client(1), "silent", "connected", "open"),
        (client(1, 5.0, received=3300), "sends", "3.3 kB sent · {age}", "held"),
        (client(1, 5.0, received=80, quiet=0.4), "sends", "80 B sent · {age}", "held"),
        # Who has said all at once waits from then on, and the more so who had an answer just before.
        (client(1, 5.8, received=80, quiet=0.2), "waits", "80 B sent · {age}", "passed"),
        (
            client(1, 5.0, received=160, sent=9, quiet=0.2, silent=0.21),
            "waits",
            "160 B sent · {age}",
            "passed",
        ),
        (client(1, 5.0, received=80, quiet=0.9), "waits", "80 B sent · {age}", "passed"),
        (client(1, 5.0, received=80, unsent=9, sent=7_400_000), "takes", "7.4 MB taken · {age}", "passed"),
        (client(1, received=80, sent=175, quiet=1.0), "kept open", "175 B taken", "open"),
    ],
)
def test_a_client_is_known_by_what_passes_on_its_connection(one, does, figures, way) -> None:
    said = words(one, 6.0)
    assert (said["words"], said["figures"], said["way"]) == (does, figures, way)


def test_amounts_are_short() -> None:
    assert [amount(number) for number in (999, 1000, 999_949, 999_950)] == [
        "999 B",
        "1.0 kB",
        "999.9 kB",
        "1.0 MB",
    ]


def test_nobody_moves_because_another_leaves() -> None:
    places = Places()
    assert {
        place: one.connection.port for place, one in places.seat([client(1), client(2)], CLIENTS).items()
    } == {
        0: 1,
        1: 2,
    }
    assert {
        place: one.connection.port for place, one in places.seat([client(2), client(3)], CLIENTS).items()
    } == {
        1: 2,
        0: 3,
    }
    assert (places.of(2), places.of(1)) == (1, None)


def test_who_waits_has_a_place_before_who_does_not() -> None:
    places = Places()
    idle = [client(port) for port in range(1, CLIENTS + 3)]
    assert len(places.seat(idle, CLIENTS)) == CLIENTS
    seated = places.seat([*idle, client(99, 5.0, received=9)], CLIENTS)
    assert len(seated) == CLIENTS
    assert places.of(99) is not None


def test_in_a_low_room_there_are_fewer_places() -> None:
    places = Places()
    waits = [client(port, float(port), received=9) for port in range(1, 6)]
    assert sorted(places.seat(waits, 5)) == [0, 1, 2, 3, 4]
    assert sorted(places.seat(waits, 3)) == [0, 1, 2]
