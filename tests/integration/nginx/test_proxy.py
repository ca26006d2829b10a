"""Nginx as a reverse proxy, over TCP and over a unix socket."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.upstreams import PROXY

from labapp import lab
from labapp.servers.kinds.nginx.server import NginxServer

Run = Callable[..., NginxServer]
Launch = Callable[..., lab.Server]

FORWARDING = """
server {
    listen {{ listen }};
    location / {
        proxy_pass http://{{ web.address }};
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto https;
    }
    location /bare/ { proxy_pass http://{{ web.address }}/; }
    location /whole/ { proxy_pass http://{{ web.address }}; }
}
"""


@pytest.fixture(params=["tcp", "unix"])
def web(request: pytest.FixtureRequest, gunicorn: Launch, runtime_directory: Path) -> Iterator[lab.Server]:
    """A server behind: at a port, or at a socket in a directory with a short name."""
    path = runtime_directory.with_name(f"{runtime_directory.name}.sock")
    yield gunicorn() if request.param == "tcp" else gunicorn(f"seen:app --bind unix:{path}")
    path.unlink(missing_ok=True)


def test_requests_and_answers_pass_through(nginx: Run, web: lab.Server) -> None:
    edge = nginx(PROXY, web=web)
    answer = edge.post("/some/path?x=1", content=b"body")
    assert answer.headers["server"].startswith("nginx")
    seen = answer.json()
    assert (seen["REQUEST_METHOD"], seen["PATH_INFO"], seen["QUERY_STRING"]) == ("POST", "/some/path", "x=1")
    assert seen["length"] == 4
    assert seen["pid"] == web.workers[0].pid
    assert edge.get("/?status=418").status_code == 418


def test_what_the_application_is_to_know_of_the_client_is_handed_on(nginx: Run, web: lab.Server) -> None:
    seen = nginx(FORWARDING, web=web).get("/", headers={"Host": "example.org"}).json()
    assert seen["HTTP_HOST"] == "example.org"
    assert seen["HTTP_X_FORWARDED_FOR"] == ("127.0.0.1")
    assert seen["wsgi.url_scheme"] == "https"


def test_a_slash_at_the_end_takes_the_prefix_away(nginx: Run, web: lab.Server) -> None:
    edge = nginx(FORWARDING, web=web)
    assert edge.get("/bare/x").json()["PATH_INFO"] == "/x"
    assert edge.get("/whole/x").json()["PATH_INFO"] == "/whole/x"


def test_without_the_server_behind_there_is_a_bad_gateway(nginx: Run, web: lab.Server) -> None:
    edge = nginx(PROXY, web=web)
    web.stop()
    assert edge.get("/").status_code == 502
    assert "connect() " in edge.log.text
