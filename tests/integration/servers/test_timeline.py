"""What a real server tells of itself."""

from __future__ import annotations

import signal
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path

import httpx
import psutil
import pytest
from support.waiting import wait_for

from labapp import lab
from labapp.observe.server_events.encode import SOCKET_KIND
from labapp.observe.timeline.slice import TimelineSlice

Launch = Callable[..., lab.Server]
PATIENCE = 15.0
MORE_THAN_FIT = 7000  # Two events each; of these, 4 MiB hold less than 11,000.
TOLD = "waitress-serve labapp.web.callables:hello"  # It has no hooks: the application tells.
TYPES = {
    "sync": ("gunicorn answers:app", ""),
    "gthread": ("gunicorn answers:app --threads 4", "thread"),
    "gevent": ("gunicorn answers:app -k gevent", "greenlet"),
    "asgi": ("gunicorn speaks:app -k asgi", "task"),
}


@pytest.mark.parametrize("kind", TYPES)
def test_every_worker_type_tells_of_its_requests(launch: Launch, kind: str) -> None:
    command, place = TYPES[kind]
    web = launch(f"{command} -w 2")
    statuses = {path: web.get(path).status_code for path in ("/?x=1", "/nope", "/broken")}
    known = web.timeline.wait_for(requests=3, timeout=PATIENCE)
    assert (
        {
            request.path + ("?" if request.query else "") + request.query: request.status
            for request in known.requests()
        }
        == statuses
        == {"/?x=1": 200, "/nope": 404, "/broken": 500}
    )
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(web.get, ["/wait"] * 8))
    known = web.timeline.wait_for(requests=11, timeout=PATIENCE)
    waits = known.requests()[3:]
    assert {request.path for request in waits} == {"/wait"}
    assert {request.thread.split(" ")[0] for request in waits} == {place}
    assert all(request.duration > 0.045 and request.cut is None for request in waits)
    assert set(known.by_worker()) <= {"W1", "W2"}
    assert {request.pid for request in waits} <= {worker.pid for worker in web.workers}
    assert (known.dropped, known.malformed, known.forgotten) == (0, 0, 0)


@pytest.mark.parametrize("kind", ["sync", "gthread", "gevent"])
def test_every_request_of_a_load_is_told_once_with_its_wait(launch: Launch, kind: str) -> None:
    command, place = TYPES[kind]
    web = launch(f"{command} -w 2")
    load = lab.load(web, "/wait", requests=24, concurrency=12, progress=False)
    assert load.statuses == {200: 24}
    known = web.timeline.during(load, timeout=PATIENCE)
    told = known.requests()
    assert [(request.path, request.status) for request in told] == [("/wait", 200)] * 24
    sent = {exchange.port: load.began + exchange.sent for exchange in load.exchanges}
    ended = {exchange.port: load.began + exchange.ended for exchange in load.exchanges}
    assert {request.port for request in told} == sent.keys()
    for request in told:
        # The clients' clock and the workers' is one. A worker may note late that it has answered.
        assert request.sent == pytest.approx(sent[request.port])
        assert sent[request.port] < request.begin < min(request.end, ended[request.port])
        assert request.thread.startswith(place)
    for worker, requests in known.by_worker().items():
        by_place: dict[str, list[float]] = {}
        for request in requests:
            assert by_place.get(request.thread, [0.0])[-1] <= request.begin, (worker, request)
            by_place.setdefault(request.thread, []).append(request.end)
    if kind == "sync":
        assert str(known).count("place") >= 8
        assert max(request.waited for request in told) > 3 * min(request.duration for request in told)


@pytest.mark.parametrize("kind", ["sync", "gthread", "gevent"])
def test_a_request_is_told_by_the_process_and_the_thread_that_served_it(launch: Launch, kind: str) -> None:
    web = launch(f"{TYPES[kind][0]} -w 2")

    def ask(number: int) -> tuple[str, str]:
        answer = httpx.get(f"{web.url}/wait?{number}")
        return str(number), answer.headers["X-Served-By"]

    with ThreadPoolExecutor(8) as pool:
        served_by = dict(pool.map(ask, range(24)))
    told = web.timeline.wait_for(requests=24, timeout=PATIENCE).requests()
    assert len(told) == 24
    labels = {worker.pid: worker.label for worker in web.workers}
    names: dict[str, set[str]] = {}
    for request in told:
        pid = served_by[request.query].partition(" ")[0]
        assert (str(request.pid), request.worker) == (pid, labels[int(pid)])
        names.setdefault(served_by[request.query], set()).add(request.thread)
    if kind == "gthread":
        assert all(len(found) == 1 for found in names.values())
        assert len(names) == len({(request.pid, request.thread) for request in told})


def test_a_full_socket_loses_and_counts_and_keeps_nobody_waiting(launch: Launch) -> None:
    web = launch("gunicorn answers:app -w 1")
    web.get("/first")
    web.timeline.wait_for(requests=1, timeout=PATIENCE)
    reader = psutil.Process(web.feed.pid)
    reader.suspend()

    def status(number: int) -> int:
        connection = HTTPConnection("127.0.0.1", web.port)
        connection.request("GET", f"/{number}")  # Each its own, or they were a storm and told once.
        with closing(connection):
            return connection.getresponse().status

    try:
        with ThreadPoolExecutor(4) as people:
            statuses = set(people.map(status, range(MORE_THAN_FIT)))
    finally:
        reader.resume()
    assert statuses == {200}

    asked: list[str] = []  # The first of these may be lost as well.

    def told() -> int:
        asked.append(web.get("/then").text)
        return web.timeline.dropped

    def all_accounted_for(known: TimelineSlice) -> bool:
        told_of = sum(event.kind in ("begin", "end") for event in known)
        return told_of + known.dropped == 2 * (MORE_THAN_FIT + 1 + len(asked))

    wait_for(told, PATIENCE, "the number of those lost")
    known = web.timeline.wait_for(all_accounted_for, timeout=PATIENCE)
    assert known.dropped > 0
    assert f"{known.dropped} dropped" in known.summary


@pytest.mark.parametrize("kind", TYPES)
def test_in_a_storm_each_request_is_told_whole(launch: Launch, kind: str) -> None:
    command, _ = TYPES[kind]
    web = launch(f"{command} -w 1")
    load = lab.load(web, "/", requests=2000, concurrency=4, progress=False)
    # Soon, and with no request more: a worker that waits has told all that it knows.
    known = web.timeline.wait_for(requests=2000, timeout=PATIENCE)
    kinds = [event.kind for event in known if event.kind in ("begin", "end")]
    assert (kinds.count("end"), known.dropped, load.statuses) == (2000, 0, {200: 2000})
    assert {(request.path, request.status) for request in known.requests()} == {("/", 200)}


def test_it_tells_who_was_forked_became_ready_and_ended(launch: Launch) -> None:
    web = launch("gunicorn answers:app -w 2")
    # The application may be loaded in one worker while the other has answered already.
    known = web.timeline.wait_for(
        lambda known: [str(event) for event in known if event.kind == "ready"].count("W2 ready"),
        timeout=PATIENCE,
    )
    told = [str(event) for event in known]
    assert {"M started", "W1 started", "W2 started", "M ready", "W1 ready", "M count 2"} <= set(told)
    assert told.index("M started") < told.index("W1 started") < told.index("W1 ready")
    web.workers[0].signal("KILL")
    web.timeline.wait_for(lambda known: "W3 ready" in map(str, known), timeout=PATIENCE)
    web.signal("TTIN")
    known = web.timeline.wait_for(lambda known: "W4 ready" in map(str, known), timeout=PATIENCE)
    told = [str(event) for event in known]
    order = ["W1 signal KILL", "W3 started", "M signal TTIN", "M count 2 → 3", "W4 started", "W4 ready"]
    assert [told.index(one) for one in order] == sorted(told.index(one) for one in order)
    ended = next(event for event in known if event.kind == "ended")
    assert (ended.who, ended.source) == ("W1", "operating system")
    assert (
        wait_for(lambda: web.timeline.now()[known.events.index(ended)].status, PATIENCE, "the status") == -9
    )
    assert [event.at for event in known] == sorted(event.at for event in known)
    web.stop()
    ends = [event.who for event in web.timeline if event.kind == "ended"]
    assert sorted(ends) == ["M", "W1", "W2", "W3", "W4"]
    assert "M exit" in map(str, web.timeline)
    assert not web.directory.exists()


def test_a_request_in_flight_when_its_worker_is_killed_has_no_end(launch: Launch) -> None:
    web = launch("gunicorn answers:app -w 1")

    def ask() -> None:
        with suppress(httpx.HTTPError):
            web.get("/for-ever", timeout=PATIENCE)

    client = threading.Thread(target=ask)
    client.start()
    known = web.timeline.wait_for(lambda known: known.requests(), timeout=PATIENCE)
    assert [(request.path, request.until) for request in known.requests()] == [("/for-ever", None)]
    web.workers[0].signal("KILL")
    client.join()
    known = web.timeline.wait_for(lambda known: known.requests()[0].cut, timeout=PATIENCE)
    (request,) = known.requests()
    assert (request.end, request.status, request.worker) == (None, None, "W1")
    (killed,) = [event for event in known if event.kind == "signal"]
    assert request.begin < killed.at < request.cut


def test_a_request_that_waited_says_how_long(launch: Launch) -> None:
    web = launch("gunicorn answers:app -w 1")
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(web.get, ["/wait"] * 3))
    first, second, third = web.timeline.wait_for(requests=3, timeout=PATIENCE).requests()
    assert first.waited < second.waited < third.waited
    assert third.waited > second.duration


@pytest.mark.parametrize(
    "how", ["-c mine.py", "-c python:mine", "--config=file:mine.py", "default", "variable"]
)
def test_the_learners_own_configuration_and_hooks_are_kept(folder: Path, launch: Launch, how: str) -> None:
    (folder / "gunicorn.conf.py" if how == "default" else folder / "mine.py").write_text(
        "workers = 2\n"
        "def pre_request(worker, req):\n    worker.log.info('mine: %s', req.path)\n"
        "def post_request(worker, req, environ, resp):\n    worker.log.info('mine: %s', resp.status)\n"
        "def when_ready(server):\n    server.log.info('mine: ready')\n"
    )
    before = "GUNICORN_CMD_ARGS='-c mine.py' " if how == "variable" else ""
    after = how if how.startswith("-") else ""
    web = launch(f"{before}gunicorn app:app {after}", cwd=folder)
    web.get("/own")
    web.timeline.wait_for(requests=1, timeout=PATIENCE)
    web.wait_until(workers=2)
    for line in ("mine: ready", "mine: /own", "mine: 200 OK"):
        web.log.wait_for(line)
    assert [request.path for request in web.timeline.requests()] == ["/own"]


def test_the_hooks_outlive_a_reload(launch: Launch) -> None:
    web = launch("gunicorn answers:app -w 1")
    web.get("/before")
    web.signal("HUP")
    web.timeline.wait_for(lambda known: "W2 ready" in map(str, known), timeout=PATIENCE)
    web.wait_until(lambda: [worker.label for worker in web.workers] == ["W2"])
    web.get("/after")
    known = web.timeline.wait_for(requests=2, timeout=PATIENCE)
    assert [(request.path, request.worker) for request in known.requests()] == [
        ("/before", "W1"),
        ("/after", "W2"),
    ]
    assert "M reload" in map(str, known)


def test_a_logger_that_the_learner_chose_is_left_in_place(folder: Path, launch: Launch) -> None:
    (folder / "mine.py").write_text(
        "from gunicorn.glogging import Logger\n"
        "class Mine(Logger):\n"
        "    def setup(self, cfg):\n        super().setup(cfg)\n        self.info('mine')\n"
    )
    web = launch("gunicorn app:app --logger-class mine.Mine", cwd=folder)
    web.log.wait_for("mine")
    web.get("/")
    assert "logger-class" not in repr(web.environment)
    assert web.timeline.requests() == []
    web.timeline.wait_for(lambda known: "W1 started" in map(str, known), timeout=PATIENCE)


def test_another_server_has_a_timeline_without_requests(launch: Launch) -> None:
    web = launch("python -m http.server 0 --bind 127.0.0.1")
    timeline = web.timeline
    assert [str(event) for event in timeline] == ["S started"]
    web.signal(signal.SIGTERM)
    timeline.wait_for(lambda known: "S ended SIGTERM" in map(str, known) or known[-1].kind == "ended")
    assert "S signal TERM" in map(str, timeline)


def test_what_a_stranger_sends_is_counted_and_harms_nobody(launch: Launch) -> None:
    web = launch("gunicorn answers:app -w 1")
    with socket.socket(socket.AF_UNIX, SOCKET_KIND) as stranger:
        stranger.connect(str(web.directory / "events"))
        for data in (b"hello", b'{"kind": "end"}', b"\n", b'["begin",1.0,1,0]', b"[" * 9000):
            stranger.send(data)
    web.get("/fine")
    known = web.timeline.wait_for(lambda known: known.malformed == 5 and known.requests(), timeout=PATIENCE)
    assert [request.path for request in known.requests()] == ["/fine"]
    assert web.directory.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("command", ["gunicorn answers:app -w 2 --threads 4", TOLD])
def test_a_kernel_that_burns_the_processor_loses_nothing(launch: Launch, command: str) -> None:
    web = launch(command)
    many = 2000
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(lab.load, web, "/", requests=many, concurrency=4, progress=False)
        while not sending.done():
            sum(range(10_000))
    assert sending.result().statuses == {200: many}
    known = web.timeline.wait_for(requests=many, timeout=PATIENCE)
    assert (len(known.requests()), known.dropped) == (many, 0)


def test_what_an_application_told_before_its_process_was_killed_is_known(launch: Launch) -> None:
    web = launch(TOLD)
    for number in range(50):
        web.get(f"/{number}")
    web.signal("KILL")
    known = web.timeline.wait_for(requests=50, timeout=PATIENCE)
    assert [request.path for request in known.requests()] == [f"/{number}" for number in range(50)]
    assert known.dropped == 0


@pytest.mark.parametrize("command", ["gunicorn answers:app -w 1", TOLD])
def test_a_server_outlives_the_death_of_who_listens(launch: Launch, command: str) -> None:
    web = launch(command)
    web.get("/before")
    web.timeline.wait_for(requests=1, timeout=PATIENCE)
    pid = web.feed.pid
    assert pid is not None
    ended = time.monotonic()
    web.feed.close()
    assert web.get("/unheard").status_code == 200
    wait_for(lambda: web.timeline.now().end >= ended or web.feed.pid not in (None, pid), PATIENCE, "another")

    def heard() -> bool:
        web.get("/after")
        return any(request.path == "/after" for request in web.timeline.requests())

    # Whoever tells tries a lost connection again after a second.
    wait_for(heard, PATIENCE, "a request that is told again")
