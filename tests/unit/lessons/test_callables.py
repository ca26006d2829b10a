"""The raw callables and middleware of the lessons, between the two halves of a PEP 3333 validator."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest

from labapp.web import callables

Application = Callable[..., Iterable[bytes]]
LONG = b"a line of text that repeats itself\n" * 100


class Answer:
    """One call of an application, as a server makes it."""

    def __init__(
        self, application: Application, method: str = "GET", query: str = "", **headers: str
    ) -> None:
        environ: dict[str, Any] = {"REQUEST_METHOD": method, "QUERY_STRING": query}
        environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        setup_testing_defaults(environ)
        self.environ, self.pieces = environ, list[bytes]()
        body = validator(application)(environ, self.start_response)
        try:
            self.pieces.extend(body)
        finally:
            body.close()  # type: ignore[attr-defined]
        self.body = b"".join(self.pieces)

    def start_response(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        self.status, self.headers = status, dict(headers)
        assert len(self.headers) == len(headers)
        return self.pieces.append


def text(
    body: Iterable[bytes] = (LONG,), status: str = "200 OK", kind: str = "text/plain", **headers: str
) -> Application:
    """An application with this body, its length told when it is a tuple."""

    def application(environ: Any, start_response: Any) -> Iterable[bytes]:
        told = [(name.replace("_", "-"), value) for name, value in headers.items()]
        told += [("Content-Type", kind)] if status[:3] not in ("204", "304") else []
        if isinstance(body, tuple) and status == "200 OK":
            told.append(("Content-Length", str(sum(map(len, body)))))
        start_response(status, told)
        return () if environ["REQUEST_METHOD"] == "HEAD" else body

    return validator(application)


def zipped(application: Application, method: str = "GET", takes: str = "gzip") -> Answer:
    return Answer(callables.gzipped(application), method, accept_encoding=takes)


def test_hello() -> None:
    assert Answer(callables.hello).body == b"hello"


def test_show_environ_shows_the_request_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    def with_more(environ: Any, start_response: Any) -> Iterable[bytes]:
        more = {"HOME": "/root", "AWS_SECRET": "x", "HTTP_AUTHORIZATION": "Basic eDp5", "HTTP_COOKIE": "a=b"}
        return callables.show_environ(environ | more, start_response)

    shown = json.loads(Answer(with_more, query="a=b", x_name="caf\xc3\xa9").body)
    assert shown["QUERY_STRING"] == "a=b"
    assert shown["wsgi.version"] == "(1, 0)"
    assert shown["HTTP_X_NAME"] == "caf\xc3\xa9"
    assert shown["HTTP_AUTHORIZATION"] == shown["HTTP_COOKIE"] == "(withheld)"
    assert not {"HOME", "AWS_SECRET"} & shown.keys()


@pytest.mark.parametrize(
    ("query", "seconds"), [("", 0.2), ("seconds=0.5", 0.5), ("seconds=60", 0.2), ("seconds=-1", 0.2)]
)
def test_nap(monkeypatch: pytest.MonkeyPatch, query: str, seconds: float) -> None:
    naps: list[float] = []
    monkeypatch.setattr("time.sleep", naps.append)
    told = json.loads(Answer(callables.nap, query=query).body)
    assert naps == [seconds]
    assert told["taken"] <= told["done"]
    assert told["thread"] == "MainThread"


def test_timed() -> None:
    timing = Answer(callables.timed(text())).headers["Server-Timing"]
    assert float(timing.removeprefix("app;dur=")) >= 0


@pytest.mark.parametrize("given", ["abc-1.2_3", "x" * 64])
def test_identified_keeps_an_id(given: str) -> None:
    answer = Answer(callables.identified(text()), x_request_id=given)
    assert answer.headers["X-Request-ID"] == answer.environ["HTTP_X_REQUEST_ID"] == given


@pytest.mark.parametrize("given", ["", "a b", "a\r\nSet-Cookie: b=c", "x" * 65, "é"])
def test_identified_replaces_what_is_no_id(given: str) -> None:
    names = {
        Answer(callables.identified(text()), x_request_id=given).headers["X-Request-ID"] for _ in range(5)
    }
    assert len(names) == 5
    assert given not in names


def test_gzipped() -> None:
    answer = zipped(text(ETag='"abc"', Vary="Cookie"))
    assert gzip.decompress(answer.body) == LONG
    assert len(answer.body) < len(LONG) / 5
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Cookie, Accept-Encoding"
    assert answer.headers["ETag"] == 'W/"abc"'
    assert "Content-Length" not in answer.headers


@pytest.mark.parametrize(
    "takes", ["", "br", "gzip;q=0", "gzip;q=0.0", "*;q=1, gzip;q=0", "gzip;q=x", "identity"]
)
def test_gzipped_only_for_clients_that_take_it(takes: str) -> None:
    answer = zipped(text(), takes=takes)
    assert answer.body == LONG
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Vary"] == "Accept-Encoding"  # a cache has to know all the same
    assert answer.headers["Content-Length"] == str(len(LONG))


@pytest.mark.parametrize("takes", ["gzip", "br, GZIP", "br;q=1.0, gzip;q=0.8, *;q=0.1", "*"])
def test_gzipped_for_those_that_do(takes: str) -> None:
    assert gzip.decompress(zipped(text(), takes=takes).body) == LONG


@pytest.mark.parametrize(
    "application",
    [
        text((b"small",)),
        text(kind="image/png"),
        text(kind="application/octet-stream"),
        text(Content_Encoding="br"),
        text(Cache_Control="public, no-transform"),
        text(status="206 Partial Content", Content_Range="bytes 0-3499/9999"),
        text((), status="304 Not Modified"),
    ],
    ids=["small", "png", "binary", "encoded", "no-transform", "range", "not-modified"],
)
def test_gzipped_leaves_alone(application: Application) -> None:
    plain, answer = Answer(application), zipped(application)
    assert (answer.body, answer.headers) == (plain.body, plain.headers)


@pytest.mark.parametrize(
    "kind", ["application/json", "image/svg+xml", "text/html; charset=utf-8", "TEXT/CSV"]
)
def test_gzipped_kinds(kind: str) -> None:
    assert zipped(text(kind=kind)).headers["Content-Encoding"] == "gzip"


def test_gzipped_head_has_the_headers_of_get_and_no_body() -> None:
    get, head = zipped(text()), zipped(text(), "HEAD")
    assert head.headers == get.headers
    assert head.body == b""


def test_gzipped_stream_arrives_piece_by_piece() -> None:
    answer = zipped(text([b"first", b"", b"second"]))
    reader = zlib.decompressobj(wbits=31)
    assert [reader.decompress(piece) for piece in answer.pieces] == [b"first", b"", b"second", b""]
    assert reader.eof


def test_gzipped_write() -> None:
    def application(environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])(b"written, ")
        return [b"then returned"]

    assert gzip.decompress(zipped(application).body) == b"written, then returned"


def test_gzipped_error_after_an_answer_was_begun() -> None:
    def application(environ: Any, start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        try:
            raise KeyError("late")
        except KeyError as error:
            start_response("500 Oh", [("Content-Type", "image/png")], (KeyError, error, None))
        yield b"a picture of the error"

    answer = zipped(application)
    assert (answer.status, answer.body) == ("500 Oh", b"a picture of the error")


@pytest.mark.parametrize("wrap", [callables.timed, callables.identified, callables.gzipped])
def test_middleware_passes_close_on(wrap: Callable[[Application], Application]) -> None:
    class Body:
        closed = 0

        def __iter__(self) -> Iterator[bytes]:
            return iter([LONG])

        def close(self) -> None:
            self.closed += 1

    body = Body()
    Answer(wrap(text(body)), accept_encoding="gzip")
    assert body.closed == 1

    # A server may also close what it never asked for a piece.
    environ = {"HTTP_ACCEPT_ENCODING": "gzip"}
    setup_testing_defaults(environ)
    wrap(lambda environ, start_response: body)(environ, lambda *_: io.BytesIO().write).close()  # type: ignore[attr-defined]
    assert body.closed == 2


def test_all_of_them_together() -> None:
    answer = Answer(callables.wrapped, accept_encoding="gzip", x_request_id="one")
    assert json.loads(gzip.decompress(answer.body))["HTTP_X_REQUEST_ID"] == "one"
    assert {"Server-Timing", "X-Request-ID", "Vary", "Content-Encoding"} <= answer.headers.keys()
