"""What each of the lesson's servers has to stand: HTTP and applications as they really are."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.lesson_servers import Answer, Server, everything, running
from support.waiting import wait_for

PROGRAMS = ["one_at_a_time.py", "threaded.py", "prefork.py"]
PATIENCE = ("--patience", "0.5")


@pytest.fixture(scope="module", params=PROGRAMS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One process for the whole module: whatever a test does to it, the next finds it well."""
    with running(tmp_path_factory.mktemp("log"), request.param, "applications:any_of") as server:
        yield server


@pytest.fixture(scope="module", params=PROGRAMS)
def impatient(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    options = (*PATIENCE, "--workers", "1") if request.param == "prefork.py" else PATIENCE
    with running(tmp_path_factory.mktemp("log"), request.param, "applications:any_of", *options) as server:
        yield server


@pytest.fixture(autouse=True)
def still_well(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test, the server that it used answers the next request."""
    yield
    for name in {"server", "impatient"} & set(request.fixturenames):
        server: Server = request.getfixturevalue(name)
        assert server.ask("/echo").status == "200 OK"
        assert server.process.poll() is None


def test_environ(server: Server) -> None:
    answer = server.ask("/echo/a%20b%C3%A9?c=d%20e", X_One="1", Content_Type="text/csv", body=b"hello")
    told = answer.json
    assert told["REQUEST_METHOD"] == "GET"
    assert told["SCRIPT_NAME"] == ""
    assert told["PATH_INFO"] == "/echo/a b\xc3\xa9"  # native: bytes as Latin-1
    assert told["QUERY_STRING"] == "c=d%20e"
    assert told["SERVER_PROTOCOL"] == "HTTP/1.1"
    assert (told["SERVER_NAME"], told["SERVER_PORT"]) == ("127.0.0.1", str(server.port))
    assert told["REMOTE_ADDR"] == "127.0.0.1"
    assert (told["HTTP_HOST"], told["HTTP_X_ONE"]) == ("lab", "1")
    assert (told["CONTENT_TYPE"], told["CONTENT_LENGTH"]) == ("text/csv", "5")
    assert not {"HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH"} & told.keys()
    assert told["wsgi.url_scheme"] == "http"
    assert told["digest"] == hashlib.sha256(b"hello").hexdigest()
    assert answer.headers["Connection"] == "close"
    assert answer.headers["Date"].endswith(" GMT")


def test_flags_say_how_it_serves(server: Server, request: pytest.FixtureRequest) -> None:
    told = server.ask("/echo").json
    program = request.node.callspec.params["server"]
    assert told["wsgi.multithread"] is (program == "threaded.py")
    assert told["wsgi.multiprocess"] is (program == "prefork.py")
    assert told["wsgi.run_once"] is False


def test_bytes_that_are_no_ascii(server: Server) -> None:
    raw = server.talk(b"GET /echo/caf\xc3\xa9 HTTP/1.0\r\nX-Name: caf\xc3\xa9\r\n\r\n")
    told = Answer.read(raw).json
    assert told["PATH_INFO"] == "/echo/caf\xc3\xa9"
    assert told["HTTP_X_NAME"].encode("latin-1") == b"caf\xc3\xa9"


def test_repeated_headers_are_joined(server: Server) -> None:
    raw = server.talk(b"GET /echo HTTP/1.1\r\nVia: a\r\nvia:b \r\nX-Empty:\r\n\r\n")
    told = Answer.read(raw).json
    assert (told["HTTP_VIA"], told["HTTP_X_EMPTY"]) == ("a,b", "")


def test_many_requests_on_one_run(server: Server) -> None:
    assert {server.ask("/echo").status for _ in range(50)} == {"200 OK"}


def test_request_in_single_bytes(server: Server) -> None:
    request = b"POST /echo HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"
    told = Answer.read(server.talk(*(bytes([byte]) for byte in request))).json
    assert told["read"] == 3


def test_dribbling_client_gets_its_answer(impatient: Server) -> None:
    with impatient.connect() as connection:
        # Slower in all than the server's patience, never silent for as long.
        for piece in (b"POST /echo HT", b"TP/1.1\r\nContent-", b"Length: 4\r\n", b"\r\n", b"ab", b"cd"):
            connection.sendall(piece)
            time.sleep(0.15)
        assert Answer.read(everything(connection)).json["read"] == 4


def test_silent_client_is_given_up(impatient: Server) -> None:
    with impatient.connect() as silent, impatient.connect() as half:
        half.sendall(b"GET /echo HTTP/1.1\r\nHost")
        began = time.monotonic()
        assert impatient.ask("/echo").status == "200 OK"
        assert everything(silent) == everything(half) == b""
        assert time.monotonic() - began < 10


def test_client_that_reads_nothing_is_given_up(impatient: Server) -> None:
    with impatient.connect(receive_buffer=4096) as deaf:
        deaf.sendall(b"GET /large?30000000 HTTP/1.1\r\n\r\n")
        assert impatient.ask("/echo").status == "200 OK"
        wait_for(lambda: "TimeoutError" in impatient.log)


def test_slow_reader_gets_everything(impatient: Server) -> None:
    with impatient.connect(receive_buffer=1 << 16) as slow:
        slow.sendall(b"GET /large?12000000 HTTP/1.1\r\n\r\n")
        began, size = time.monotonic(), 0
        while piece := slow.recv(1 << 16):
            size += len(piece)
            time.sleep(0.004)
        assert size > 12_000_000
        assert time.monotonic() - began > 0.5  # longer in all than the server's patience


def test_large_body(server: Server) -> None:
    body = bytes(range(256)) * 20_000
    told = server.ask("/echo", "POST", body).json
    assert (told["read"], told["rest"]) == (len(body), 0)
    assert told["digest"] == hashlib.sha256(body).hexdigest()


def test_body_that_nobody_reads(server: Server) -> None:
    assert server.ask("/writes", "POST", b"x" * 3_000_000).body == b"written, then returned"


def test_bytes_after_the_request_are_left_alone(server: Server) -> None:
    raw = server.talk(b"POST /echo HTTP/1.1\r\nContent-Length: 2\r\n\r\nabGET /echo HTTP/1.1\r\n\r\n")
    told = Answer.read(raw).json
    assert (told["read"], told["rest"]) == (2, 0)


def test_head_has_the_headers_and_no_body(server: Server) -> None:
    get, head = server.ask("/closes"), server.ask("/closes", "HEAD")
    assert (get.body, head.body) == (b"whole", b"")
    assert head.headers.keys() == get.headers.keys()
    assert int(server.ask("/echo", "HEAD").headers["Content-Length"]) > 0
    assert server.ask("/raises", "HEAD").body == b""


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /echo\r\n\r\n",
        b"GET /echo HTTP/2.0\r\n\r\n",
        b"GET /echo HTTP/1.1 \r\n\r\n",
        b"GET  /echo HTTP/1.1\r\n\r\n",
        b"GET echo HTTP/1.1\r\n\r\n",
        b"get /echo HTTP/1.1\r\n\r\n",
        b"GET /echo HTTP/1.1\nHost: lab\n\n",
        b"GET /ec\0ho HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n",
        b"GET /echo HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET /echo HTTP/1.1\r\nHost : lab\r\n\r\n",
        b"GET /echo HTTP/1.1\r\n: lab\r\n\r\n",
        b"GET /echo HTTP/1.1\r\nX-Name: a\rb\r\n\r\n",
        b"GET /echo HTTP/1.1\r\nX-Name: a\r\n folded\r\n\r\n",
        b"GET /echo HTTP/1.1\r\nX:" + b" " * 60_000 + b"\0\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nContent-Length: +1\r\n\r\na",
        b"POST /echo HTTP/1.1\r\nContent-Length: \xb2\r\n\r\na",
        b"POST /echo HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"POST /echo HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
    ],
    ids=lambda request_bytes: repr(request_bytes[:40]),
)
def test_bad_request(server: Server, request_bytes: bytes) -> None:
    answer = Answer.read(server.talk(request_bytes))
    assert answer.status == "400 Bad Request"
    assert answer.body == b"400 Bad Request\n"


@pytest.mark.parametrize(
    "part", [b"G" * 100_000, b"GET /" + b"a" * 100_000, b"GET / HTTP/1.1\r\nX: " + b"a" * 100_000]
)
def test_head_too_large(server: Server, part: bytes) -> None:
    assert Answer.read(server.talk(part)).status == "431 Request Header Fields Too Large"


def test_too_many_headers(server: Server) -> None:
    raw = server.talk(b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 20_000 + b"\r\n")
    assert Answer.read(raw).status == "431 Request Header Fields Too Large"


def test_body_too_large(server: Server) -> None:
    head = b"POST /echo HTTP/1.1\r\nContent-Length: %d\r\n\r\n"
    assert Answer.read(server.talk(head % 10**17)).status == "413 Content Too Large"
    # The client is still sending when the refusal comes, and must be able to read it.
    pieces = [b"x" * 1_000_000] * 20
    assert Answer.read(server.talk(head % 10**8, *pieces)).status == "413 Content Too Large"


def test_chunked_body(server: Server) -> None:
    raw = server.talk(b"POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
    assert Answer.read(raw).status == "411 Length Required"


def test_client_that_leaves(server: Server) -> None:
    for begun in (
        b"",
        b"GET",
        b"POST /echo HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc",
        b"GET /large?9000000 HTTP/1.1\r\n\r\n",
    ):
        with server.connect() as connection:
            connection.sendall(begun)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("raises", "ZeroDivisionError: before anything"),
        ("raises_os_error", "FileNotFoundError: the application's own"),
        ("never_starts", "TypeError"),
        ("starts_twice", "RuntimeError: start_response was called twice"),
        ("bytes_status", "TypeError"),
        ("bytes_header", "TypeError"),
        ("str_body", "TypeError"),
        ("none_body", "TypeError"),
        ("smuggles", "ValueError: a line break inside a header"),
        ("no_such_application", "KeyError: 'no_such_application'"),
    ],
)
def test_crash_in_the_application(server: Server, name: str, reason: str) -> None:
    answer = server.ask(f"/{name}")
    assert (answer.status, answer.body) == ("500 Internal Server Error", b"500 Internal Server Error\n")
    assert "Set-Cookie" not in answer.headers
    assert reason in server.log


def test_crash_in_the_middle(server: Server) -> None:
    answer = server.ask("/raises_late")
    assert (answer.status, answer.body) == ("200 OK", b"half of it")
    assert "ZeroDivisionError: in the middle" in server.log


def test_exc_info(server: Server) -> None:
    answer = server.ask("/changes_its_mind")
    assert (answer.status, answer.body) == ("503 Service Unavailable", b"sorry")
    answer = server.ask("/changes_too_late")
    assert (answer.status, answer.body) == ("200 OK", b"half of it")
    assert "KeyError: 'too late'" in server.log


def test_write_comes_first(server: Server) -> None:
    assert server.ask("/writes").body == b"written, then returned"


def test_start_response_may_come_late(server: Server) -> None:
    answer = server.ask("/lazy")
    assert (answer.status, answer.body) == ("202 Accepted", b"late")


def test_empty_body(server: Server) -> None:
    answer = server.ask("/empty")
    assert (answer.status, answer.body) == ("204 No Content", b"")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("name", ["closes", "closes_after_error", "fails_to_close"])
def test_iterable_is_closed_once(server: Server, name: str, method: str) -> None:
    path = f"/{name}/{method}"
    server.ask(path, method)
    wait_for(lambda: re.findall(rf"^closed {path}$", server.log, re.MULTILINE))
    server.ask("/echo")
    assert len(re.findall(rf"^closed {path}$", server.log, re.MULTILINE)) == 1


def test_iterable_is_closed_when_the_client_leaves(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(b"GET /closes/gone HTTP/1.1\r\n\r\n")
    wait_for(lambda: "closed /closes/gone" in server.log)


@pytest.mark.parametrize("program", PROGRAMS)
def test_passes_the_validator(tmp_path: Path, program: str) -> None:
    with running(tmp_path, program, "applications:valid") as server:
        for method in ("GET", "HEAD", "POST"):
            answer = server.ask("/a?b", method, b"1\n2\n3" if method == "POST" else b"")
            assert answer.status == "200 OK"
            assert answer.headers["X-Lines"] == ("3" if method == "POST" else "0")
            assert answer.body == (b"" if method == "HEAD" else b"one two")
        assert "AssertionError" not in server.log
        assert "garbage collected" not in server.log


@pytest.mark.parametrize("program", PROGRAMS)
def test_serves_flask_unmodified(tmp_path: Path, program: str) -> None:
    with running(tmp_path, program, "applications:valid_flask") as server:
        assert server.ask("/ping").body == b"pong"
        assert server.ask("/ping", "HEAD").headers["Content-Length"] == "4"
        assert server.ask("/nothing").status == "404 NOT FOUND"
        assert server.ask("/wait?seconds=x").status == "400 BAD REQUEST"
        assert server.ask("/upload", "POST", b"x" * 100_000).json["bytes"] == 100_000
        assert server.ask("/headers", X_Lab="1").json["X-Lab"] == "1"
        assert server.ask("/stream?chunks=2&seconds=0").body == b"chunk 1 of 2\nchunk 2 of 2\n"
        assert b"color" in server.ask("/static/page.css").body
        assert server.ask("/whoami").json["served"] >= 1
        assert "AssertionError" not in server.log
        assert "Traceback" not in server.log


@pytest.mark.parametrize("program", PROGRAMS)
def test_application_that_is_not_there(tmp_path: Path, program: str) -> None:
    with pytest.raises(AssertionError, match="No module named 'applicatoins'"):  # noqa: SIM117
        with running(tmp_path, program, "applicatoins:valid"):
            pass
    assert "listening" not in next(tmp_path.glob("*.log")).read_text()


@pytest.mark.parametrize("program", PROGRAMS)
def test_port_that_is_taken(tmp_path: Path, program: str, server: Server) -> None:
    with pytest.raises(AssertionError, match="Address already in use"):  # noqa: SIM117
        with running(tmp_path, program, "applications:echo", "--port", str(server.port)):
            pass
