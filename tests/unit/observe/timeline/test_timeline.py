from __future__ import annotations

import signal
import sys
import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest

from labapp.observe.feed import Exited, FeedEnded, LogLines, ServerEvents, TreeChanged
from labapp.observe.kernel.process import Process, clock
from labapp.observe.roles import Roles
from labapp.observe.server_events.events import Fork, Notice, Ready, RequestBegin, RequestEnd
from labapp.observe.server_events.page_fields import ROW
from labapp.observe.server_events.request_ends import RequestEnds
from labapp.observe.shape import Shape
from labapp.observe.timeline import Request, RequestsUnderWay, store
from labapp.observe.timeline.timeline import Timeline
from labapp.servers.kinds.gunicorn import Gunicorn

M, W1, W2 = 3304, 3307, 3308


def process(pid: int, ppid: int = M, state: str = "sleeping") -> Process:
    return Process(pid, ppid, 100.0 + pid / 100, "gunicorn", state, 1, 0.0, 0, title="gunicorn", image=7)


FAMILY = [process(M, 1), process(W1), process(W2)]


@pytest.fixture
def timeline() -> Timeline:
    timeline = Timeline(Roles(Shape(prefork=True)), "gunicorn", Gunicorn.log_syntax)
    timeline.on_message(TreeChanged(time.monotonic(), FAMILY))
    return timeline


def begin(
    at: float, *, pid: int = W1, number: int = 1, target: str = "/", unit: str = "", port: int = 0
) -> RequestBegin:
    return RequestBegin("begin", at, pid, 0, unit, number, port, "GET", target)


def end(begun: RequestBegin, at: float, status: int | None = 200) -> RequestEnd:
    return RequestEnd("end", at, *begun[2:], begun.at, status)


def served(at: float, took: float, **options: Any) -> list[RequestBegin | RequestEnd]:
    first = begin(at, **options)
    return [first, end(first, at + took)]


def test_events_of_all_sources_are_in_the_order_of_time(timeline):
    now = time.monotonic()
    timeline.on_message(ServerEvents([Notice("reload", now + 3, M, 0), Fork("fork", now + 1, W2, 0, M)]))
    timeline.on_signal(M, FAMILY[0].started, signal.SIGHUP, now + 2)
    timeline.on_message(Exited(W2, -9))
    timeline.on_message(TreeChanged(now + 4, FAMILY[:2]))
    last = timeline.events[-4:]
    assert [event.at for event in last] == [now + 1, now + 2, now + 3, now + 4]
    assert [str(event) for event in last] == ["W2 fork by M", "M signal HUP", "M reload", "W2 ended SIGKILL"]
    assert [event.source for event in last] == ["gunicorn", "lab", "gunicorn", "operating system"]
    assert (last[-1].status, last[-1].pid) == (-9, W2)
    assert len(timeline) == len(list(timeline)) == 7


def test_a_request_has_a_begin_an_end_and_a_place(timeline):
    now = time.monotonic()
    timeline.on_message(ServerEvents(served(now, 0.5, pid=W2, target="/wait?seconds=0.5")))
    (request,) = timeline.requests()
    assert (request.method, request.path, request.query) == ("GET", "/wait", "seconds=0.5")
    assert (request.worker, request.pid, request.thread, request.status) == ("W2", W2, "", 200)
    assert (request.begin, request.end) == (now, now + 0.5)
    assert request.duration == pytest.approx(0.5)
    assert request.waited is None
    assert request.cut is None


def test_a_request_whose_worker_is_killed_has_no_end(timeline):
    now = time.monotonic()
    timeline.on_message(ServerEvents([begin(now), *served(now + 0.1, 0.9, pid=W2)]))
    assert [request.until for request in timeline.requests()] == [None, now + 1]
    assert "1 under way" in repr(timeline)
    timeline.on_message(Exited(W1, -9))
    timeline.on_message(TreeChanged(now + 2, [FAMILY[0], FAMILY[2]]))
    cut, _ = timeline.requests()
    assert (cut.end, cut.status, cut.duration, cut.cut, cut.until) == (None, None, None, now + 2, now + 2)
    assert repr(timeline) == "<Timeline: 2 requests by 2 workers, 1 cut off, 3 starts, 1 end>"


def test_requests_before_it_was_made_are_the_labs_own(timeline):
    early = time.monotonic() - 10
    timeline.on_message(ServerEvents([*served(early, 10.5), Ready("ready", early, W1, 0, "worker")]))
    assert timeline.requests() == []
    assert "ready" in [event.kind for event in timeline]


def test_requests_are_told_by_worker_in_order(timeline):
    now = time.monotonic()
    family = [process(M, 1), *(process(W1 + number) for number in range(11))]
    timeline.on_message(TreeChanged(now, family))
    rows = [
        row for number in (10, 1, 0, 1) for row in served(now + number, 0.1, pid=W1 + number, number=number)
    ]
    timeline.on_message(ServerEvents(rows))
    assert {label: len(found) for label, found in timeline.by_worker().items()} == {
        "W1": 1,
        "W2": 2,
        "W11": 1,
    }
    assert list(timeline.by_worker()) == ["W1", "W2", "W11"]


def test_threads_are_numbered_as_they_first_serve(timeline):
    now = time.monotonic()
    rows = [
        row
        for number, unit in enumerate(("t900", "t100", "t900"))
        for row in served(now + number, 0.5, number=number, unit=unit)
    ]
    timeline.on_message(ServerEvents(rows))
    assert [request.thread for request in timeline.requests()] == ["thread 1", "thread 2", "thread 1"]


def test_greenlets_and_tasks_get_a_number_that_is_free(timeline):
    now = time.monotonic()
    rows = [
        row
        for number, (unit, at, took) in enumerate(
            [("g1", 0, 5), ("g2", 1, 1), ("g3", 1.5, 1), ("g4", 2.2, 1), ("g5", 2.3, 1)]
        )
        for row in served(now + at, took, number=number, unit=unit)
    ]
    timeline.on_message(ServerEvents([*rows, *served(now, 1, pid=W2, unit="a1")]))
    places = [request.thread for request in timeline.requests() if request.pid == W1]
    assert places == ["greenlet 1", "greenlet 2", "greenlet 3", "greenlet 2", "greenlet 4"]
    assert timeline.by_worker()["W2"][0].thread == "task 1"


def test_the_wait_is_known_where_the_client_told_when_it_sent(timeline):
    now = time.monotonic()
    timeline.on_message(
        ServerEvents([*served(now + 2, 1, port=4000), *served(now + 6, 1, port=4000, number=2)])
    )
    timeline.on_message(ServerEvents(served(now + 2, 1, port=4001, pid=W2)))
    for port, at in ((4000, now + 1), (4000, now + 5.5), (4002, now)):
        timeline.on_sent(port, at)
    assert [request.waited for request in timeline.requests()] == [
        pytest.approx(1.0),
        None,
        pytest.approx(0.5),
    ]


def test_what_was_sent_once_is_waited_for_once(timeline):
    now = time.monotonic()
    timeline.on_sent(4000, now + 1)
    # The second is of another client, who got the port after the first.
    timeline.on_message(
        ServerEvents([*served(now + 2, 1, port=4000), *served(now + 9, 1, port=4000, number=2)])
    )
    assert [request.waited for request in timeline.requests()] == [pytest.approx(1.0), None]


def test_a_request_that_nginx_tells_too_early_was_sent_a_moment_later(timeline):
    now = time.monotonic()
    for port, at in ((4000, now), (4000, now + 1.001), (4001, now + 1), (4001, now + 1.004)):
        timeline.on_sent(port, at)
    # Of the first client's first request nobody heard; the second client sends twice in a row.
    timeline.on_message(ServerEvents(served(now + 1, 0.0, port=4000, unit="c1")))
    timeline.on_message(ServerEvents(served(now + 1.0005, 0.001, port=4001, unit="c2", pid=W2)))
    timeline.on_message(ServerEvents(served(now + 1.003, 0.004, port=4001, unit="c2", pid=W2, number=2)))
    waits = {
        worker: [round(one.waited, 4) for one in served] for worker, served in timeline.by_worker().items()
    }
    assert waits == {"W1": [0.0], "W2": [0.0005, 0.0]}


def test_a_stretch_has_what_happened_in_it_and_who_was_served_then(timeline):
    now = time.monotonic() + 100
    rows = [row for n in range(5) for row in served(now + n, 1.5, number=n, target=f"/{n}")]
    timeline.on_message(ServerEvents([*rows, begin(now + 1, pid=W2, target="/open")]))
    part = timeline.between(now + 2.0, now + 3.0)
    assert [request.path for request in part.requests()] == ["/1", "/open", "/2"]
    assert [str(event) for event in part] == ["W1 begin GET /2", "W1 end GET /1 200"]
    assert (part.begin, part.end, len(part), part[0].kind) == (now + 2, now + 3, 2, "begin")
    assert part.between(now + 2.6, now + 3).by_worker().keys() == {"W1", "W2"}


def test_what_is_known_is_summed_up_once_and_goes_on_while_a_request_is_under_way(timeline):
    now = time.monotonic()
    timeline.on_message(ServerEvents(served(now, 0.0)))
    assert timeline.now() is timeline.now()
    timeline.on_message(ServerEvents([begin(now)]))
    first, second = timeline.now(), timeline.now()
    assert now <= first.end < second.end
    assert first.events is second.events


def test_a_load_is_a_stretch(timeline):
    now = time.monotonic()
    timeline.on_message(
        ServerEvents([row for n in range(4) for row in served(now + n, 0.5, number=n, target=f"/{n}")])
    )
    part = timeline.during(SimpleNamespace(began=now + 1, seconds=1.5, answered=[1, 2]))
    assert [request.path for request in part.requests()] == ["/1", "/2"]
    assert (part.begin, part.end) == (pytest.approx(now + 0.97), pytest.approx(now + 2.53))


def test_a_load_is_waited_for_until_its_last_answer_is_known(timeline):
    now = time.monotonic()
    load = SimpleNamespace(began=now, seconds=2.0, answered=[1, 2])
    first, second = served(now, 0.5), served(now + 1, 0.5, number=2)
    timeline.on_message(ServerEvents([*first, second[0]]))
    sender = threading.Timer(0.01, timeline.on_message, [ServerEvents([second[1]])])
    sender.start()
    assert [request.status for request in timeline.during(load, timeout=5).requests()] == [200, 200]
    sender.join()
    load.answered.append(3)
    assert len(timeline.during(load, timeout=0.01).requests()) == 2


def ends(first: float, count: int, lost: int = 0) -> RequestEnds:
    rows = (ROW.pack(first + n, 3, 4000, 200, first + n + 0.5, n) for n in range(count))
    return RequestEnds(W1, lost, {3: ("", "GET", "/")}, b"".join(rows))


def test_what_was_dropped_malformed_or_forgotten_is_counted(timeline, monkeypatch):
    monkeypatch.setattr(store, "REMEMBERED", 10)
    now = time.monotonic()
    timeline.on_message(ServerEvents([Notice("reload", now, M, 5)], malformed=2))
    timeline.on_message(ServerEvents([Notice("reload", now + n, M, 0) for n in range(20)]))
    assert (timeline.dropped, timeline.malformed, timeline.forgotten, len(timeline)) == (5, 2, 14, 10)
    assert repr(timeline).endswith("5 dropped, 2 malformed, 14 forgotten>")
    timeline.on_message(ServerEvents([ends(now, 7, lost=1), ends(now + 7, 2)]))
    timeline.on_message(ServerEvents([ends(now + 9, 3)]))
    assert (timeline.dropped, timeline.forgotten, len(timeline), len(timeline.events)) == (6, 26, 10, 10)
    assert [request.begin - now for request in timeline.requests()] == pytest.approx(range(2, 12))


def test_ends_that_come_together_are_each_a_request(timeline):
    early = time.monotonic() - 1.5
    timeline.on_message(ServerEvents([ends(early, 5)]))
    assert timeline.wait_for(requests=3).summary.startswith("3 requests by 1 worker")
    assert [(request.port, request.status, request.duration) for request in timeline.requests()] == [
        (4000, 200, pytest.approx(0.5))
    ] * 3


def test_an_end_whose_begin_was_forgotten_is_still_a_request(timeline):
    now = time.monotonic()
    timeline.on_message(ServerEvents([end(begin(now), now + 1)]))
    assert [(request.begin, request.end) for request in timeline.requests()] == [(now, now + 1)]


def under_way(*events: RequestBegin | RequestEnd) -> list[str]:
    """Return the paths of those that are under way after some events."""
    requests = RequestsUnderWay()
    for event in events:
        if event.kind == "begin":
            requests.on_begin(event)
        else:
            requests.on_end(event)
    return [begin.target for begin in requests]


@pytest.mark.parametrize(("unit", "left"), [("", ["/b"]), ("t1", ["/b"]), ("g1", ["/a", "/b"])])
def test_who_serves_one_at_a_time_has_ended_what_came_before(unit, left):
    assert under_way(begin(1, unit=unit, target="/a"), begin(2, unit=unit, target="/b", number=2)) == left


def test_a_number_that_another_thread_has_by_now_is_not_the_one_that_ended():
    first = begin(1, unit="t1")
    events = [
        first,
        end(first, 2),
        begin(3, unit="t2", target="/b"),
        begin(4, unit="t1", target="/c", number=2),
    ]
    assert under_way(*events) == ["/b", "/c"]


def test_one_waits_for_requests_in_another_thread(timeline):
    now = time.monotonic()

    def tell() -> None:
        for number in range(3):
            timeline.on_message(ServerEvents(served(now + number, 1, number=number)))

    sender = threading.Thread(target=tell)
    sender.start()
    assert len(timeline.wait_for(requests=3).requests()) >= 3
    sender.join()
    assert timeline.wait_for(lambda known: known.by_worker()["W1"], requests=None)


def test_one_does_not_wait_for_ever(timeline):
    with pytest.raises(TimeoutError, match=r"After 0\.01 s 0 of 2 answered: 0 requests, 3 starts\."):
        timeline.wait_for(requests=2, timeout=0.01)
    with pytest.raises(TimeoutError, match="the condition did not hold"):
        timeline.wait_for(lambda known: False, timeout=0.01)
    for wrong in ({}, {"condition": bool, "requests": 1}):
        with pytest.raises(TypeError, match="one of the two"):
            timeline.wait_for(**wrong)


def test_a_signal_to_a_newborn_is_kept_until_it_is_seen_and_one_to_a_stranger_never_shown(timeline):
    new, now = process(3400), time.monotonic()
    for pid, started in ((new.pid, new.started), (W1, 1.0), (99, 1.0)):
        timeline.on_signal(pid, started, signal.SIGKILL, now)
    assert "signal" not in [event.kind for event in timeline]
    timeline.on_message(TreeChanged(now + 1, [*FAMILY, new]))
    assert [str(event) for event in timeline if event.kind == "signal"] == ["W3 signal KILL"]


def test_a_start_is_told_as_the_process_tells_it_where_it_does(timeline):
    now = time.monotonic()
    born = clock() - 0.001
    new = Process(3400, M, round(born, 2), "gunicorn", "sleeping", 1, 0.0, 0, title="gunicorn", image=7)
    timeline.on_message(TreeChanged(now + 0.2, [*FAMILY, new]))
    coarse = timeline.events[-1].at
    assert abs(coarse - now) < 0.03
    timeline.on_message(ServerEvents([Fork("fork", coarse - 0.005, new.pid, 0, M)]))
    started, fork = timeline.events[-2:]
    assert (started.kind, started.at, fork.at) == ("started", coarse - 0.005, coarse - 0.005)


def test_the_log_tells_of_deaths_of_which_the_system_does_not(timeline):
    timeline.on_message(TreeChanged(time.monotonic(), [FAMILY[0]]))
    assert timeline.events[-1].about == ""
    line = "[2026-11-20 23:49:30 +0000] [3304] [ERROR] Worker (pid:3307) was sent SIGKILL! Perhaps"
    timeline.on_message(LogLines([line, "Worker (pid:3308) exited with code 3."]))
    assert [event.about for event in timeline.events[-2:]] == ["SIGKILL", "status 3"]


def test_a_frame_has_a_row_for_each_request(timeline, monkeypatch):
    frames = []
    fake = SimpleNamespace(DataFrame=lambda rows, columns: frames.append((rows, columns)) or fake)
    fake.astype = lambda types: fake
    monkeypatch.setitem(sys.modules, "pandas", fake)
    now = time.monotonic()
    timeline.on_message(ServerEvents([*served(now, 0.5, target="/a?b"), begin(now + 1)]))
    timeline.to_frame()
    ((rows, columns),) = frames
    assert [dict(zip(columns, row, strict=True))["path"] for row in rows] == ["/a", "/"]
    assert rows[1][columns.index("begin")] - rows[0][columns.index("begin")] == pytest.approx(1.0)
    assert [row[columns.index("duration")] for row in rows] == [pytest.approx(0.5), None]


def test_without_pandas_it_says_how_to_get_it(timeline, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match=r"%pip install pandas"):
        timeline.to_frame()


def test_it_follows_a_feed_once_and_again_when_that_has_ended(timeline):
    subscribed = []
    feed = SimpleNamespace(subscribe=lambda callback: subscribed.append(callback) or (lambda: None))
    timeline.follow(feed)
    timeline.follow(feed)
    assert len(subscribed) == 1
    timeline.on_message(FeedEnded("killed"))
    timeline.finish(0.01)
    timeline.follow(feed)
    assert len(subscribed) == 2


def test_requests_compare_by_what_they_are():
    one, other = (Request("GET", "/", "", 1, "W1", "", 0.0, 1.0, 200) for _ in range(2))
    assert one == other
    assert one.overlaps(0.5, 2.0)
    assert not one.overlaps(1.5, 2.0)
