"""What Nginx tells of its requests, in the one order of time."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress

import httpx
from support.upstreams import PROXY
from support.waiting import wait_for

from labapp import lab
from labapp.servers.kinds.nginx.server import NginxServer

Run = Callable[..., NginxServer]
Launch = Callable[..., lab.Server]
HELLO = "server { listen {{ listen }}; location / { return 200 hello; } location /gone { return 410; } }"
CLOCK = 0.05  # Seconds: Nginx tells milliseconds, of a clock that it reads once for all that is due.


def test_its_requests_are_known(nginx: Run) -> None:
    edge = nginx(HELLO)
    edge.get("/a?x=1")
    edge.post("/gone")
    first, second = edge.timeline.wait_for(requests=2).requests()
    assert (first.method, first.path, first.query, first.status) == ("GET", "/a", "x=1", 200)
    assert (second.method, second.path, second.status) == ("POST", "/gone", 410)
    assert {first.worker, second.worker} <= {"W1", "W2"}
    assert first.pid in {worker.pid for worker in edge.workers}
    assert (first.thread, first.upstreams) == ("conn 1", ())
    assert {event.source for event in edge.timeline.events if event.kind == "end"} == {"nginx"}
    assert (edge.timeline.dropped, edge.timeline.malformed) == (0, 0)


def test_what_it_cannot_see_it_says(nginx: Run) -> None:
    quiet = "location /quiet { access_log off; return 204; }"
    edge = nginx(f"server {{ listen {{{{ listen }}}}; {quiet} location / {{ return 200; }} }}")
    edge.get("/quiet")
    edge.get("/")
    known = edge.timeline.wait_for(requests=1)
    assert [request.path for request in known.served] == ["/"]
    assert known.summary.endswith("requests not seen in location /quiet (an access_log of its own, or off)")
    edge.reload("server { listen {{ listen }}; return 200; }")
    assert "not seen" not in edge.timeline.now().summary


def test_a_request_passes_from_nginx_to_a_worker(nginx: Run, gunicorn: Launch) -> None:
    web = gunicorn()
    edge = nginx(PROXY, web=web)
    edge.get("/?seconds=0.3")
    (outer,) = edge.timeline.wait_for(requests=1).requests()
    (inner,) = web.timeline.wait_for(requests=1).requests()
    assert outer.path == inner.path
    assert outer.upstreams == (web.address,)
    assert outer.begin - CLOCK < inner.begin < inner.end < outer.end + CLOCK
    assert abs(outer.duration - inner.duration) < 0.3


def test_the_timelines_of_all_servers_are_merged(nginx: Run, gunicorn: Launch) -> None:
    web, others = gunicorn(), [gunicorn()]
    edge = nginx(PROXY, web=web, others=others)
    edge.get("/x?seconds=0.3")
    edge.timeline.wait_for(requests=1)
    web.timeline.wait_for(requests=1)
    merged = edge.merged_timeline()
    workers = {request.worker for request in merged.requests()}
    assert {"web W1"} < workers < {"web W1", "nginx W1", "nginx W2"}
    assert [event.at for event in merged.events] == sorted(event.at for event in merged.events)
    assert {"nginx M", "web M", "others[0] M"} <= {life.who for life in merged.lives}
    lines = str(merged).splitlines()
    shown = {line[:9].rstrip(): line.count("█") for line in lines if "█" in line and "served" not in line}
    assert shown.keys() == workers
    assert min(shown.values()) > 3


def test_what_begins_before_the_answer_ends_after_it(nginx: Run, gunicorn: Launch) -> None:
    edge = nginx(PROXY, web=gunicorn("seen:app --threads 4"))
    edge.get("/?seconds=0.4")
    edge.get("/")
    slow, quick = edge.timeline.wait_for(requests=2).requests()
    assert slow.duration >= 0.4 - CLOCK
    assert quick.begin >= slow.end - CLOCK
    assert quick.duration < 0.4


def test_what_nobody_took_in_is_counted(nginx: Run) -> None:
    edge = nginx(HELLO)
    sent = 200
    os.kill(edge.kind.relay.pid, signal.SIGSTOP)
    try:
        for _ in range(sent):
            edge.get("/")
    finally:
        os.kill(edge.kind.relay.pid, signal.SIGCONT)

    def all_is_accounted_for() -> bool:
        nonlocal sent
        sent += 1
        edge.get("/")  # What was lost is told with what comes next.
        with suppress(TimeoutError):
            edge.timeline.wait_for(lambda seen: len(seen.requests()) + seen.dropped == sent, timeout=1)
            return True
        return False

    wait_for(all_is_accounted_for, 10, "every request to be told, or counted as lost")
    assert edge.timeline.dropped > 100


def test_what_is_not_to_be_logged_is_not_told(nginx: Run) -> None:
    edge = nginx(HELLO + "server { listen {{ listen2 }}; access_log off; return 200 hello; }")
    httpx.get(f"http://{edge.addresses['listen2']}/quiet")
    edge.get("/told")
    assert [request.path for request in edge.timeline.wait_for(requests=1).requests()] == ["/told"]


def test_bytes_that_are_no_text_harm_nobody(nginx: Run) -> None:
    edge = nginx(HELLO)
    assert edge.get("/%ff%00").status_code == 400
    assert httpx.get(f"{edge.url}/%22%5c%C3%A9").status_code == 200
    assert len(edge.timeline.wait_for(requests=2).requests()) == 2
    assert edge.timeline.malformed == 0
