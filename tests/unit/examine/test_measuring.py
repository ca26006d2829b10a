"""What is made of loads: a knee wherever it lies, errors that are answers, the cost of a reload."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from labapp.examine import evidence, measuring
from labapp.examine.figures import Figures
from labapp.examine.machine import Machine
from labapp.load import Exchange, Load
from labapp.observe import LogSyntax
from labapp.servers import Size


def answered(rate: float, capacity: float, status: int = 200) -> Load:
    """Return a second's load at a rate, of a server that answers so many per second."""
    told, free = [], 0.0
    for number in range(max(4, int(rate))):
        due = number / rate
        free = max(free, due) + 1 / capacity
        told.append(Exchange(0, due, free, status, 4, ""))
    return Load(tuple(told), f"GET /, {rate:g} per second", rate=rate)


class Worker(SimpleNamespace):
    pid = 7


def subject(monkeypatch, load) -> measuring.Subject:
    """Return a subject whose loads are made by a function of their order and of what hears of them."""
    monkeypatch.setattr(measuring, "run", load)
    kind = SimpleNamespace(speaks_tls=lambda _: False, log_syntax=LogSyntax())
    server = SimpleNamespace(
        address="127.0.0.1:9", kind=kind, log=SimpleNamespace(lines=[]), workers=[Worker()], sent=[]
    )
    server.snapshot = lambda: SimpleNamespace(workers=server.workers)
    server.signal = server.sent.append
    server.wait_until = lambda condition, timeout: condition()
    return measuring.Subject(server, lambda ended, seconds: None)


@pytest.mark.parametrize(
    ("taken", "expected", "asked"),
    [
        ([0.02] * 5, 0.02, 5),
        ([0.446, 0.02, 0.02, 0.02, 0.02], 0.02, 5),  # A machine that stalled once.
        ([0.4, 0.41, 0.42], 0.4, 3),  # It truly takes so long.
        ([0.9], 0.9, 1),
        ([0.3, 9.0], 0.3, 2),  # One that never came does not unsay the one before.
    ],
)
def test_a_path_by_itself_takes_what_the_quickest_of_a_few_answers_took(monkeypatch, taken, expected, asked):
    left, spent = list(taken), [0.0]

    def load(order, _):
        sent, now = [], 0.0
        while len(sent) < order.requests and now < (order.duration or 60):
            took = min(order.timeout, seconds := left.pop(0))
            late = seconds > order.timeout
            sent.append(Exchange(0, now, now + took, 0 if late else 200, 4, "timeout" if late else ""))
            now += took
        spent[0] += now
        return Load(tuple(sent), "GET /")

    found = subject(monkeypatch, load).probe("/", 1.0)
    assert found.usable
    assert found.seconds == pytest.approx(expected)
    assert len(taken) - len(left) == asked
    assert spent[0] < 2.5


def test_a_path_that_gives_no_answer_or_another_one_is_not_asked_often(monkeypatch):
    def told(*exchanges: Exchange):
        left = list(exchanges)

        def load(order, _):
            sent = [left.pop(0) for _ in range(min(len(left), order.requests))]
            return Load(tuple(sent), "GET /")

        return subject(monkeypatch, load).probe("/", 1.0)

    broken = told(Exchange(0, 0, 0.1, 0, 0, "incomplete"))
    assert (broken.usable, broken.error) == (False, "the answer began, and did not end")
    silent = told(Exchange(0, 0, 1.0, 0, 0, "timeout"))
    assert (silent.waited, silent.error) == (True, "none within 1 s")
    assert told(Exchange(0, 0, 0.01, 404, 0, "")).status == 404
    later = told(Exchange(0, 0, 0.01, 200, 0, ""), Exchange(0, 0, 0.01, 500, 0, ""))
    assert (later.usable, later.status) == (False, 500)
    assert told().error == "it was not asked"


@pytest.mark.parametrize("capacity", [3, 20, 45, 130])
def test_a_knee_is_found_below_and_beyond_what_the_closed_loop_got(monkeypatch, capacity):
    one = subject(monkeypatch, lambda order, _: answered(order.rate, capacity))
    one.knee("/", 40.0, (0.25, 0.5, 1.0, 1.5), seconds=1.0, timeout=2.0)
    knee = one.knees["/"].knee
    assert knee is not None
    assert 0.5 * capacity <= knee.rate <= capacity
    rates = [step.rate for step in one.knees["/"].steps]
    assert rates == sorted(rates)


def test_what_ends_a_climb_leaves_its_steps(monkeypatch):
    sent = []

    def load(order, _):
        sent.append(order.rate)
        if len(sent) == 3:
            raise KeyboardInterrupt
        return answered(order.rate, 100)

    one = subject(monkeypatch, load)
    with pytest.raises(KeyboardInterrupt):
        one.knee("/", 40.0, (0.25, 0.5, 1.0), seconds=1.0, timeout=2.0)
    assert [step.rate for step in one.knees["/"].steps] == [10, 20]


def test_a_server_that_answers_500_does_not_keep_up():
    assert measuring.failing(answered(20, 50, status=503)).errors == {"status 503": 20}
    few = answered(100, 500)
    few = type(few)((few.exchanges[0]._replace(status=500), *few.exchanges[1:]), few.what, rate=100)
    assert not measuring.failing(few).errors
    assert not measuring.failing(Load((), "GET /")).errors


def test_a_reload_is_sent_in_the_midst_and_its_cost_counted(monkeypatch):
    def load(order, heard):
        for tenth in range(1, 31):
            heard(tenth, tenth / 10)
            if tenth == 15:
                one.server.workers = [Worker(pid=8)]
        quiet = [Exchange(0, n / 10, n / 10 + 0.02, 200, 4, "") for n in range(10)]
        slow = [Exchange(0, 1.0, 1.4, 200, 4, ""), Exchange(0, 1.1, 1.11, 0, 0, "reset")]
        return Load((*quiet, *slow), "GET /", rate=order.rate)

    one = subject(monkeypatch, load)
    found = one.reload("/", 10, seconds=3.0, timeout=2.0)
    assert one.server.sent == ["HUP"]
    assert (found.sent, found.lost, found.slowed) == (12, 1, 1)
    assert found.usual == pytest.approx(0.02)
    assert found.worst == pytest.approx(0.4)
    assert found.renewed == pytest.approx(0.6)


def test_errors_below_the_knee_and_beyond_it_are_kept_apart(monkeypatch):
    def load(order, _):
        found = answered(order.rate, 40)
        if order.rate <= 40:
            return found
        lost = found.exchanges[-1]._replace(error="timeout", status=0)
        return type(found)((*found.exchanges[:-1], lost), found.what, rate=order.rate)

    one, figures = subject(monkeypatch, load), Figures("", Size(1, 1), Machine(2, 10**9))
    one.knee("/", 40.0, (0.5, 1.0, 1.5, 2.0), seconds=1.0, timeout=2.0)
    evidence.gather(figures, one)
    assert not figures.errors
    # Each rate beyond is one load, and the first of them was sent once more.
    assert figures.beyond == {("/", "timeout"): 3}
    assert figures.slowest is not None
    assert figures.slowest[0] == pytest.approx(1 / 40, abs=0.01)
