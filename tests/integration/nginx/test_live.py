"""Nginx in its live view: requests when they have ended, and until then the connections that they come by."""

import socket
import time
from collections.abc import Callable

from support.waiting import wait_for

from labapp import lab
from labapp.observe.kernel.sockets import Connections
from labapp.servers.kinds.nginx.server import NginxServer

Run = Callable[..., NginxServer]
Launch = Callable[..., lab.Server]
CACHING = """
proxy_cache_path "{{ folder }}/pages" keys_zone=pages:1m;
server {
    listen {{ listen }};
    location / { proxy_pass http://{{ web.address }}; proxy_cache pages; proxy_cache_valid 200 1m; }
}
"""


def test_forty_requests_and_an_upload_are_seen(nginx: Run, gunicorn: Launch, tmp_path) -> None:
    edge = nginx(CACHING, web=gunicorn(), folder=tmp_path)
    with lab.watch(edge) as view:
        view.follow()
        flights: set[int] = set()
        view.observe(
            lambda change: flights.update(one["number"] for one in change["new"].get("flights", ())),
            "traffic",
        )
        for number in range(4, 44, 4):  # Not all at once: Nginx loses a line when ten wait to be read.
            for path in "abcd":
                edge.get(f"/{path}")
            wait_for(lambda number=number: view.traffic.get("served") == number, 5, f"{number} requests")
        assert view.traffic["cache"] == {"MISS": 4, "HIT": 36}
        assert sum(worker["served"] for worker in view.traffic["workers"].values()) == 40
        assert len(flights) >= 24
        known = edge.timeline.wait_for(requests=40).requests()
        assert [request.cache for request in known[:5]] == ["MISS"] * 4 + ["HIT"]

        def workers() -> list[dict]:
            return list(view.traffic["workers"].values())

        with socket.create_connection(("127.0.0.1", edge.port)) as slow:
            slow.sendall(b"POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nhalf of it")
            wait_for(lambda: sum(worker["flying"] for worker in workers()) == 1, 5, "the upload")
            busy = next(worker for worker in workers() if worker["flying"])
            assert busy["connections"] >= 1
            assert 0 <= time.time() - busy["since"] < 5
        wait_for(lambda: not any(worker["flying"] for worker in workers()), 5, "its end")


def test_the_kernel_counts_what_passes_on_each_connection(nginx: Run) -> None:
    edge = nginx("server { listen {{ listen }}; return 200 hello; }")
    pids, connections = [worker.pid for worker in edge.workers], Connections()

    def held() -> list:
        return [one for those in connections.look(pids, [edge.address]).values() for one in those]

    with socket.create_connection(("127.0.0.1", edge.port)) as client:
        own = client.getsockname()[1]
        (one,) = wait_for(held, 5, "the connection")
        assert (one.port, one.received, one.sent, one.busy) == (own, 0, 0, False)
        client.sendall(b"GET / HTTP/1.1\r\n")
        wait_for(lambda: held()[0].busy, 5, "half a request")
        assert held()[0].received == len(b"GET / HTTP/1.1\r\n")
        client.sendall(b"Host: x\r\n\r\n")
        answer = client.recv(1000)
        wait_for(lambda: not held()[0].busy, 5, "the answer")
        assert held()[0].sent == len(answer)
    wait_for(lambda: not held(), 5, "the end of the connection")
    assert connections.look(pids, ["unix:/nowhere"]) == {pid: [] for pid in pids}
