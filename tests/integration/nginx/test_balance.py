"""Nginx in front of several servers: who is asked, and what happens when one dies."""

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable

import httpx

from labapp import lab
from labapp.servers.kinds.nginx.server import NginxServer

Run = Callable[..., NginxServer]
Launch = Callable[..., lab.Server]

BALANCED = """
upstream backends {
    zone backends 64k;
    {{ method }}
    {% for backend in backends %}
    server {{ backend.address }}{{ parameters[loop.index0] }};
    {% endfor %}
}
server {
    listen {{ listen }};
    location / { proxy_pass http://backends; }
}
"""


def balanced(
    nginx: Run, backends: list[lab.Server], method: str = "", parameters: object = ("", "", "")
) -> NginxServer:
    return nginx(BALANCED, backends=backends, method=method, parameters=parameters)


def asked(edge: NginxServer, backends: list[lab.Server], requests: int) -> list[int]:
    """How many of so many requests each backend served."""
    owners = {worker.pid: number for number, backend in enumerate(backends) for worker in backend.workers}
    seen = Counter(owners[edge.get("/").json()["pid"]] for _ in range(requests))
    return [seen[number] for number in range(len(backends))]


def test_each_in_its_turn(nginx: Run, gunicorn: Launch) -> None:
    backends = [gunicorn() for _ in range(3)]
    assert asked(balanced(nginx, backends), backends, 30) == [10, 10, 10]


def test_weights_and_a_reserve(nginx: Run, gunicorn: Launch) -> None:
    backends = [gunicorn() for _ in range(3)]
    edge = balanced(nginx, backends, parameters=(" weight=3", "", " backup"))
    assert asked(edge, backends, 40) == [30, 10, 0]


def test_the_same_key_goes_to_the_same_server(nginx: Run, gunicorn: Launch) -> None:
    backends = [gunicorn() for _ in range(2)]
    edge = balanced(nginx, backends, method="hash $request_uri consistent;", parameters=("", ""))
    assert sorted(asked(edge, backends, 20)) == [0, 20]


def test_nothing_but_an_answer_begun_is_lost_when_one_of_three_is_killed_under_load(
    nginx: Run, gunicorn: Launch
) -> None:
    backends = [gunicorn() for _ in range(3)]
    edge = balanced(nginx, backends)
    victim = backends[1]
    family = victim.tree()
    done = threading.Event()
    seen: Counter[object] = Counter()
    served: Counter[int] = Counter()

    def ask() -> None:
        with httpx.Client() as client:
            while not done.is_set():
                try:
                    answer = client.get(f"{edge.url}/?seconds=0.002")
                    seen[answer.status_code] += 1
                    served[answer.json()["pid"]] += 1
                except (httpx.HTTPError, ValueError) as error:
                    seen[repr(error)] += 1

    clients = [threading.Thread(target=ask) for _ in range(4)]
    for client in clients:
        client.start()
    try:
        edge.wait_until(lambda: sum(served[process.pid] for process in family) >= 20)
        for process in family:  # The master first: it would replace its worker.
            os.kill(process.pid, signal.SIGKILL)
        before = seen[200]
        edge.wait_until(lambda: seen[200] >= before + 100)
    finally:
        done.set()
        for client in clients:
            client.join()
    begun = [what for what in seen if "incomplete chunked read" in str(what)]
    assert seen.keys() - set(begun) == {200}
    assert sum(seen[what] for what in begun) <= len(family.workers)
    assert "[error]" in edge.log.text  # Nginx tried the dead one, and then another.
    asked = [request.upstreams for request in edge.timeline.now().requests()]
    assert [addresses for addresses in asked if len(addresses) > 1 and addresses[0] == victim.address]


def test_with_all_of_them_gone_there_is_a_bad_gateway(nginx: Run, gunicorn: Launch) -> None:
    backends = [gunicorn() for _ in range(2)]
    edge = balanced(nginx, backends, parameters=("", ""))
    for backend in backends:
        backend.stop(timeout=1)
    assert edge.get("/").status_code == 502
