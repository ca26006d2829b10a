from __future__ import annotations

import signal
import sys
import threading
import time
from collections import deque
from types import SimpleNamespace
from typing import Any

import pytest

from labapp.observe.feed.messages import Exited, FeedEnded, LogLines, Told, TreeChanged
from labapp.observe.kernel.process import Process, clock
from labapp.observe.roles import Roles
from labapp.observe.timeline.events import Request
from labapp.observe.timeline.store import REMEMBERED, Ledger
from labapp.observe.timeline.timeline import Timeline

M, W1, W2 = 3304, 3307, 3308


def process(pid: int, ppid: int = M, state: str = "sleeping") -> Process:
    return Process(pid, ppid, 100.0 + pid / 100, "gunicorn", state, 1, 0.0, 0, title="gunicorn", image=7)


FAMILY = [process(M, 1), process(W1), process(W2)]


@pytest.fixture
def timeline() -> Timeline:
    timeline = Timeline(Roles(prefork=True))
    timeline.learn(TreeChanged(time.monotonic(), FAMILY))
    return timeline


def begin(
    at: float, *, pid: int = W1, key: int = 1, target: str = "/", lane: str = "", port: int = 0
) -> list[Any]:
    return ["begin", at, pid, 0, lane, key, port, "GET", target]


def end(began: list[Any], at: float, status: int | None = 200) -> list[Any]:
    return ["end", at, *began[2:], began[1], status]


def served(at: float, took: float, **options: Any) -> list[list[Any]]:
    first = begin(at, **options)
    return [first, end(first, at + took)]


def test_events_of_all_sources_are_in_the_order_of_time(timeline):
    now = time.monotonic()
    timeline.learn(Told([["reload", now + 3, M, 0], ["fork", now + 1, W2, 0, M]]))
    timeline.signalled(M, FAMILY[0].started, signal.SIGHUP, now + 2)
    timeline.learn(Exited(W2, -9))
    timeline.learn(TreeChanged(now + 4, FAMILY[:2]))
    last = timeline.events[-4:]
    assert [event.at for event in last] == [now + 1, now + 2, now + 3, now + 4]
    assert [str(event) for event in last] == ["W2 fork by M", "M signal HUP", "M reload", "W2 ended SIGKILL"]
    assert [event.source for event in last] == ["gunicorn", "lab", "gunicorn", "operating system"]
    assert (last[-1].status, last[-1].pid) == (-9, W2)
    assert len(timeline) == len(list(timeline)) == 7


def test_a_request_has_a_begin_an_end_and_a_place(timeline):
    now = time.monotonic()
    timeline.learn(Told(served(now, 0.5, pid=W2, target="/wait?seconds=0.5")))
    (request,) = timeline.requests()
    assert (request.method, request.path, request.query) == ("GET", "/wait", "seconds=0.5")
    assert (request.worker, request.pid, request.thread, request.status) == ("W2", W2, "", 200)
    assert (request.begin, request.end) == (now, now + 0.5)
    assert request.duration == pytest.approx(0.5)
    assert request.waited is None
    assert request.cut is None


def test_a_request_whose_worker_is_killed_has_no_end(timeline):
    now = time.monotonic()
    timeline.learn(Told([begin(now), *served(now + 0.1, 0.9, pid=W2)]))
    assert [request.until for request in timeline.requests()] == [None, now + 1]
    assert "1 under way" in repr(timeline)
    timeline.learn(Exited(W1, -9))
    timeline.learn(TreeChanged(now + 2, [FAMILY[0], FAMILY[2]]))
    cut, _ = timeline.requests()
    assert (cut.end, cut.status, cut.duration, cut.cut, cut.until) == (None, None, None, now + 2, now + 2)
    assert repr(timeline) == "<Timeline: 2 requests by 2 workers, 1 cut off, 3 starts, 1 end>"


def test_requests_before_it_was_made_are_the_labs_own(timeline):
    early = time.monotonic() - 10
    timeline.learn(Told([*served(early, 10.5), ["ready", early, W1, 0, "worker"]]))
    assert timeline.requests() == []
    assert "ready" in [event.kind for event in timeline]


def test_requests_are_told_by_worker_in_order(timeline):
    now = time.monotonic()
    family = [process(M, 1), *(process(W1 + number) for number in range(11))]
    timeline.learn(TreeChanged(now, family))
    rows = [row for number in (10, 1, 0, 1) for row in served(now + number, 0.1, pid=W1 + number, key=number)]
    timeline.learn(Told(rows))
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
        for number, lane in enumerate(("t900", "t100", "t900"))
        for row in served(now + number, 0.5, key=number, lane=lane)
    ]
    timeline.learn(Told(rows))
    assert [request.thread for request in timeline.requests()] == ["thread 1", "thread 2", "thread 1"]


def test_greenlets_and_tasks_get_a_number_that_is_free(timeline):
    now = time.monotonic()
    rows = [
        row
        for number, (lane, at, took) in enumerate(
            [("g1", 0, 5), ("g2", 1, 1), ("g3", 1.5, 1), ("g4", 2.2, 1), ("g5", 2.3, 1)]
        )
        for row in served(now + at, took, key=number, lane=lane)
    ]
    timeline.learn(Told([*rows, *served(now, 1, pid=W2, lane="a1")]))
    places = [request.thread for request in timeline.requests() if request.pid == W1]
    assert places == ["greenlet 1", "greenlet 2", "greenlet 3", "greenlet 2", "greenlet 4"]
    assert timeline.by_worker()["W2"][0].thread == "task 1"


def test_the_wait_is_known_where_the_client_told_when_it_sent(timeline):
    now = time.monotonic()
    timeline.learn(Told([*served(now + 2, 1, port=4000), *served(now + 6, 1, port=4000, key=2)]))
    timeline.learn(Told(served(now + 2, 1, port=4001, pid=W2)))
    for port, at in ((4000, now + 1), (4000, now + 5.5), (4002, now)):
        timeline.sent(port, at)
    assert [request.waited for request in timeline.requests()] == [
        pytest.approx(1.0),
        None,
        pytest.approx(0.5),
    ]


def test_what_was_sent_once_is_waited_for_once(timeline):
    now = time.monotonic()
    timeline.sent(4000, now + 1)
    # The second is of another client, who got the port after the first.
    timeline.learn(Told([*served(now + 2, 1, port=4000), *served(now + 9, 1, port=4000, key=2)]))
    assert [request.waited for request in timeline.requests()] == [pytest.approx(1.0), None]


def test_a_request_that_nginx_tells_too_early_was_sent_a_moment_later(timeline):
    now = time.monotonic()
    for port, at in ((4000, now), (4000, now + 1.001), (4001, now + 1), (4001, now + 1.004)):
        timeline.sent(port, at)
    # Of the first client's first request nobody heard; the second client sends twice in a row.
    timeline.learn(Told(served(now + 1, 0.0, port=4000, lane="c1")))
    timeline.learn(Told(served(now + 1.0005, 0.001, port=4001, lane="c2", pid=W2)))
    timeline.learn(Told(served(now + 1.003, 0.004, port=4001, lane="c2", pid=W2, key=2)))
    waits = {
        worker: [round(one.waited, 4) for one in served] for worker, served in timeline.by_worker().items()
    }
    assert waits == {"W1": [0.0], "W2": [0.0005, 0.0]}


def test_a_stretch_has_what_happened_in_it_and_who_was_served_then(timeline):
    now = time.monotonic() + 100
    rows = [row for n in range(5) for row in served(now + n, 1.5, key=n, target=f"/{n}")]
    timeline.learn(Told([*rows, begin(now + 1, pid=W2, target="/open")]))
    part = timeline.between(now + 2.0, now + 3.0)
    assert [request.path for request in part.requests()] == ["/1", "/open", "/2"]
    assert [str(event) for event in part] == ["W1 begin GET /2", "W1 end GET /1 200"]
    assert (part.begin, part.end, len(part), part[0].kind) == (now + 2, now + 3, 2, "begin")
    assert part.between(now + 2.6, now + 3).by_worker().keys() == {"W1", "W2"}


def test_what_is_known_is_summed_up_once_and_goes_on_while_a_request_is_under_way(timeline):
    now = time.monotonic()
    timeline.learn(Told(served(now, 0.0)))
    assert timeline.now() is timeline.now()
    timeline.learn(Told([begin(now)]))
    first, second = timeline.now(), timeline.now()
    assert now <= first.end < second.end
    assert first.events is second.events


def test_a_load_is_a_stretch(timeline):
    now = time.monotonic()
    timeline.learn(Told([row for n in range(4) for row in served(now + n, 0.5, key=n, target=f"/{n}")]))
    part = timeline.during(SimpleNamespace(began=now + 1, seconds=1.5, answered=[1, 2]))
    assert [request.path for request in part.requests()] == ["/1", "/2"]
    assert (part.begin, part.end) == (pytest.approx(now + 0.97), pytest.approx(now + 2.53))


def test_a_load_is_waited_for_until_its_last_answer_is_known(timeline):
    now = time.monotonic()
    load = SimpleNamespace(began=now, seconds=2.0, answered=[1, 2])
    first, second = served(now, 0.5), served(now + 1, 0.5, key=2)
    timeline.learn(Told([*first, second[0]]))
    sender = threading.Timer(0.01, timeline.learn, [Told([second[1]])])
    sender.start()
    assert [request.status for request in timeline.during(load, timeout=5).requests()] == [200, 200]
    sender.join()
    load.answered.append(3)
    assert len(timeline.during(load, timeout=0.01).requests()) == 2


def test_what_was_dropped_strange_or_forgotten_is_counted(timeline, monkeypatch):
    monkeypatch.setattr(timeline._ledger, "_rows", deque(timeline._ledger._rows, maxlen=10))
    now = time.monotonic()
    timeline.learn(Told([["reload", now, M, 5]], strange=2))
    timeline.learn(Told([["reload", now + n, M, 0] for n in range(20)]))
    assert (timeline.dropped, timeline.strange, timeline.forgotten, len(timeline)) == (5, 2, 14, 10)
    assert repr(timeline).endswith("5 dropped, 2 strange, 14 forgotten>")
    assert Ledger(Roles(prefork=True))._rows.maxlen == REMEMBERED


def test_an_end_whose_begin_was_forgotten_is_still_a_request(timeline):
    now = time.monotonic()
    timeline.learn(Told([end(begin(now), now + 1)]))
    assert [(request.begin, request.end) for request in timeline.requests()] == [(now, now + 1)]


def test_one_waits_for_requests_in_another_thread(timeline):
    now = time.monotonic()

    def tell() -> None:
        for number in range(3):
            timeline.learn(Told(served(now + number, 1, key=number)))

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
        timeline.signalled(pid, started, signal.SIGKILL, now)
    assert "signal" not in [event.kind for event in timeline]
    timeline.learn(TreeChanged(now + 1, [*FAMILY, new]))
    assert [str(event) for event in timeline if event.kind == "signal"] == ["W3 signal KILL"]


def test_a_start_is_told_as_the_process_tells_it_where_it_does(timeline):
    now = time.monotonic()
    born = clock() - 0.001
    new = Process(3400, M, round(born, 2), "gunicorn", "sleeping", 1, 0.0, 0, title="gunicorn", image=7)
    timeline.learn(TreeChanged(now + 0.2, [*FAMILY, new]))
    coarse = timeline.events[-1].at
    assert abs(coarse - now) < 0.03
    timeline.learn(Told([["fork", coarse - 0.005, new.pid, 0, M]]))
    started, fork = timeline.events[-2:]
    assert (started.kind, started.at, fork.at) == ("started", coarse - 0.005, coarse - 0.005)


def test_the_log_tells_of_deaths_of_which_the_system_does_not(timeline):
    timeline.learn(TreeChanged(time.monotonic(), [FAMILY[0]]))
    assert timeline.events[-1].about == ""
    line = "[2026-11-20 23:49:30 +0000] [3304] [ERROR] Worker (pid:3307) was sent SIGKILL! Perhaps"
    timeline.learn(LogLines([line, "Worker (pid:3308) exited with code 3."]))
    assert [event.about for event in timeline.events[-2:]] == ["SIGKILL", "status 3"]


def test_a_frame_has_a_row_for_each_request(timeline, monkeypatch):
    frames = []
    fake = SimpleNamespace(DataFrame=lambda rows, columns: frames.append((rows, columns)) or fake)
    fake.astype = lambda types: fake
    monkeypatch.setitem(sys.modules, "pandas", fake)
    now = time.monotonic()
    timeline.learn(Told([*served(now, 0.5, target="/a?b"), begin(now + 1)]))
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
    timeline.learn(FeedEnded("killed"))
    timeline.finish(0.01)
    timeline.follow(feed)
    assert len(subscribed) == 2


def test_requests_compare_by_what_they_are():
    one, other = (Request("GET", "/", "", 1, "W1", "", 0.0, 1.0, 200) for _ in range(2))
    assert one == other
    assert one.overlaps(0.5, 2.0)
    assert not one.overlaps(1.5, 2.0)
