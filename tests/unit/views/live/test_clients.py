"""A server that tells of a request when it has ended: its connections, and what is shown of them."""

from __future__ import annotations

import time

import pytest

from labapp.observe.kernel.sockets import Connections, Established
from labapp.observe.server_events.events import RequestEnd
from labapp.views.live.clients import Client, Clients
from labapp.views.live.requests_in_flight import RequestsInFlight

W1, W2 = 3307, 3308
LABELS = {W1: "W1", W2: "W2"}
SILENT = Established(4001, 11, unsent=0, received=0, sent=0, quiet=3.0, silent=3.0)
ANSWERED = Established(4002, 12, unsent=0, received=80, sent=200, quiet=0.02, silent=0.01)
SENDING = Established(4003, 13, unsent=0, received=900, sent=0, quiet=0.01, silent=2.0)
AT_ONCE = Established(4005, 15, unsent=0, received=90, sent=0, quiet=0.5, silent=0.5)
TAKING = Established(4004, 14, unsent=9000, received=80, sent=70_000, quiet=2.0, silent=0.0)


def end(pid: int, *, cache: str = "", status: int = 200) -> RequestEnd:
    now = time.monotonic() + 1
    return RequestEnd("end", now, pid, 0, f"c7 {cache};127.0.0.1:1", 7, 4001, "GET", "/", now - 0.1, status)


@pytest.mark.parametrize(
    ("connection", "busy"),
    [(SILENT, False), (ANSWERED, False), (SENDING, True), (AT_ONCE, True), (TAKING, True)],
)
def test_who_has_sent_something_and_has_no_whole_answer_is_served(
    connection: Established, busy: bool
) -> None:
    assert connection.busy is busy


def test_a_client_waits_since_it_was_first_seen_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    clients = Clients(clock=lambda: now)
    found = {W1: [SENDING, ANSWERED], W2: []}
    monkeypatch.setattr(Connections, "look", lambda *_: found)
    now = 100.009
    assert clients.look(LABELS, [])[W1] == [Client(ANSWERED, 0.0), Client(SENDING, 100.0)]
    now = 103.0
    assert clients.look(LABELS, [])[W1] == [Client(ANSWERED, 0.0), Client(SENDING, 100.0)]
    found = {W1: [ANSWERED], W2: []}
    clients.look(LABELS, [])
    found = {W1: [SENDING], W2: []}
    now = 109.0
    assert clients.look(LABELS, [])[W1] == [Client(SENDING, 109.0)]


def test_requests_that_are_told_at_their_end_are_counted_and_seen_to_move() -> None:
    requests = RequestsInFlight()
    requests.on_events([end(W1, cache="MISS"), *[end(W2, cache="HIT")] * 38, end(W1, status=502)])
    state = requests.state(LABELS, {W1: [], W2: []})
    assert (state["served"], state["failed"], state["cache"]) == (40, 1, {"MISS": 1, "HIT": 38})
    assert [state["workers"][label]["served"] for label in ("W1", "W2")] == [2, 38]
    assert state["number"] == 40
    assert {flight["worker"] for flight in state["flights"]} == {"W1", "W2"}
    assert all(worker["flying"] == 0 for worker in state["workers"].values())


def test_connections_are_shown_before_a_request_has_ended() -> None:
    clients = {W1: [Client(SILENT, 0.0), Client(SENDING, 5.0), Client(TAKING, 4.0)], W2: []}
    state = RequestsInFlight().state(LABELS, clients)
    assert state["served"] == 0
    shown = {name: state["workers"]["W1"][name] for name in ("connections", "flying", "since")}
    assert shown == {"connections": 3, "flying": 2, "since": 4.0}
    assert RequestsInFlight().state(LABELS, {W1: [], W2: []}) == {}
