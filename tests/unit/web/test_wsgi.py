"""Every route as a server sees it: the bare callable, between the two halves of a PEP 3333 validator."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest
from flask import Flask

import labapp
from labapp.web.routes import routes

# One request for every route but /crash, whose answer is none.
REQUESTS = {
    "/": ("GET", "", b""),
    "/whoami": ("GET", "", b""),
    "/ping": ("GET", "", b""),
    "/wait": ("GET", "seconds=0", b""),
    "/cpu": ("GET", "ms=1", b""),
    "/stream": ("GET", "chunks=3&seconds=0", b""),
    "/upload": ("POST", "", b"x" * 100_000),
    "/headers": ("GET", "", b""),
    "/leak": ("GET", "mb=1", b""),
}


class Exchange:
    """One call of the application, as a server makes it."""

    def __init__(self, app: Flask, method: str, path: str, query: str = "", body: bytes = b"") -> None:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        setup_testing_defaults(environ)
        self.status = ""
        self.headers: dict[str, str] = {}
        self.answer: Iterable[bytes] = validator(app)(environ, self.start_response)

    def start_response(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        self.status, self.headers = status, dict(headers)
        return lambda data: None

    def body(self) -> bytes:
        try:
            return b"".join(self.answer)
        finally:
            self.close()

    def close(self) -> None:
        self.answer.close()  # type: ignore[attr-defined]


def test_requests_cover_every_route(app: Flask) -> None:
    assert {route.path for route in routes(app)} == REQUESTS.keys() | {"/crash"}


@pytest.mark.parametrize("path", REQUESTS)
def test_valid(app: Flask, path: str) -> None:
    method, query, body = REQUESTS[path]
    exchange = Exchange(app, method, path, query, body)
    answer = exchange.body()
    assert exchange.status == "200 OK"
    assert answer
    assert int(exchange.headers.get("Content-Length", len(answer))) == len(answer)


@pytest.mark.parametrize("path", [path for path, (method, *_) in REQUESTS.items() if method == "GET"])
def test_head_is_the_same_without_a_body(app: Flask, path: str) -> None:
    _, query, _ = REQUESTS[path]
    exchange = Exchange(app, "HEAD", path, query)
    assert exchange.body() == b""
    assert exchange.status == "200 OK"
    assert exchange.headers["Content-Type"].startswith(("text/", "application/json"))


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "DELETE"])
@pytest.mark.parametrize("path", ["/ping", "/nope", "/upload", "/wait", "/static/page.css", "/static/nope"])
def test_every_method_and_error_is_valid(app: Flask, method: str, path: str) -> None:
    exchange = Exchange(app, method, path, "seconds=abc" if path == "/wait" else "")
    answer = exchange.body()
    assert exchange.status[:3] in {"200", "400", "404", "405"}
    assert not (method == "HEAD" and answer)


def test_exception_is_valid(app: Flask) -> None:
    app.add_url_rule("/fail", view_func=lambda: str(1 / 0))
    exchange = Exchange(app, "GET", "/fail")
    assert b"ZeroDivisionError" not in exchange.body()
    assert exchange.status == "500 INTERNAL SERVER ERROR"


def test_stream_ends_when_the_client_leaves(app: Flask, naps: list[float]) -> None:
    exchange = Exchange(app, "GET", "/stream", "chunks=100&seconds=30")
    chunks = iter(exchange.answer)
    assert [next(chunks), next(chunks)] == [b"chunk 1 of 100\n", b"chunk 2 of 100\n"]
    exchange.close()
    assert naps == [0.3]


def test_stream_that_nobody_reads_never_begins(app: Flask, naps: list[float]) -> None:
    Exchange(app, "HEAD", "/stream").close()
    Exchange(app, "GET", "/stream").close()
    assert naps == []


def test_two_applications_in_one_server() -> None:
    first, second = labapp.create_app(), labapp.create_app()
    assert Exchange(first, "GET", "/ping").body() == Exchange(second, "GET", "/ping").body() == b"pong"
