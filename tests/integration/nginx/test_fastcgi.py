"""Nginx in front of a FastCGI server, with a cache between them."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.upstreams import PROGRAMS
from support.waiting import wait_for

from labapp import lab
from labapp.servers.kinds.nginx.server import NginxServer

Run = Callable[..., NginxServer]

CACHED = """
fastcgi_cache_path {{ folder }} keys_zone=pages:1m;
server {
    listen {{ listen }};
    location / {
        fastcgi_pass unix:{{ socket }};
        fastcgi_param REQUEST_METHOD $request_method;
        fastcgi_param SCRIPT_NAME "";
        fastcgi_param PATH_INFO $uri;
        fastcgi_param QUERY_STRING $query_string;
        fastcgi_param CONTENT_LENGTH $content_length;
        fastcgi_param SERVER_PROTOCOL $server_protocol;
        fastcgi_param SERVER_NAME $server_name;
        fastcgi_param SERVER_PORT $server_port;
        fastcgi_param REMOTE_ADDR $remote_addr;
        fastcgi_cache pages;
        fastcgi_cache_key $request_uri;
        fastcgi_cache_valid 200 {{ seconds }}s;
        fastcgi_cache_use_stale error timeout;
        add_header X-Cache $upstream_cache_status always;
    }
}
"""


@pytest.fixture
def place(runtime_directory: Path) -> Iterator[Path]:
    """Where the socket goes: its path has to be short."""
    path = runtime_directory.with_name(f"{runtime_directory.name}.fcgi")
    yield path
    path.unlink(missing_ok=True)


@pytest.fixture
def application(place: Path) -> Iterator[lab.Server]:
    with lab.launch([sys.executable, "fastcgi.py", str(place)], cwd=PROGRAMS) as server:
        yield server


@pytest.fixture
def edge(nginx: Run, application: lab.Server, place: Path, tmp_path: Path) -> NginxServer:
    return nginx(CACHED, socket=str(place), folder=tmp_path / "pages", seconds=60)


def cached(edge: NginxServer, path: str) -> str:
    answer = edge.get(path)
    assert answer.status_code == 200
    return answer.headers["x-cache"]


def test_a_fastcgi_server_answers_through_it(edge: NginxServer, application: lab.Server) -> None:
    seen = edge.get("/some/path?x=1").json()
    assert (seen["PATH_INFO"], seen["QUERY_STRING"]) == ("/some/path", "x=1")
    assert seen["REMOTE_ADDR"] == "127.0.0.1"
    assert seen["pid"] == application.pid
    assert edge.post("/", content=b"12345").json()["length"] == 5


def test_the_second_time_the_application_is_not_asked(edge: NginxServer) -> None:
    first, second = edge.get("/a"), edge.get("/a")
    assert [first.headers["x-cache"], second.headers["x-cache"]] == ["MISS", "HIT"]
    assert first.json()["count"] == second.json()["count"]


def test_another_key_is_another_page(edge: NginxServer) -> None:
    assert [cached(edge, path) for path in ("/a", "/a?x=1", "/b", "/a")] == ["MISS", "MISS", "MISS", "HIT"]


def test_what_sets_a_cookie_is_never_kept(edge: NginxServer) -> None:
    assert [cached(edge, "/?cookie=1") for _ in range(2)] == ["MISS", "MISS"]


def test_what_is_posted_is_not_asked_of_the_cache(edge: NginxServer) -> None:
    assert edge.post("/a").headers.get("x-cache") is None
    assert edge.post("/a").json()["count"] > 0


def test_a_kept_page_outlives_the_application(
    nginx: Run, application: lab.Server, place: Path, tmp_path: Path
) -> None:
    edge = nginx(CACHED, socket=str(place), folder=tmp_path / "pages", seconds=1)
    assert cached(edge, "/a") == "MISS"
    application.stop()
    wait_for(lambda: edge.get("/a").headers["x-cache"] == "STALE", 5, "the page to grow old")
    assert edge.get("/a").status_code == 200
    assert edge.get("/other").status_code == 502
