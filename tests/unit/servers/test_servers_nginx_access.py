"""What Nginx's access log says of a request, and what becomes of it in the stream of events."""

import json

import pytest

from labapp.observe.datagrams import is_event
from labapp.servers.nginx.access import Upstream, parse
from labapp.servers.nginx.relay import row

PREFIX = b"<190>Nov 21 07:39:25 labapp: "


def line(**changed: str) -> bytes:
    fields = {
        "msec": "1763710000.250",
        "request_time": "0.050",
        "pid": "31",
        "connection": "7",
        "connection_requests": "2",
        "remote_port": "40001",
        "method": "GET",
        "target": "/ping?x=1",
        "status": "200",
        "sent": "4",
        "upstream_addr": "",
        "upstream_status": "",
        "upstream_time": "",
        "cache": "",
        "id": "9f",
    }
    return PREFIX + json.dumps(list((fields | changed).values())).encode()


def test_a_line_is_read() -> None:
    access = parse(line())
    assert (access.method, access.target, access.status, access.pid) == ("GET", "/ping?x=1", 200, 31)
    assert access.begun == pytest.approx(1763710000.2)
    assert access.upstreams == ()


def test_every_attempt_at_an_upstream_is_told() -> None:
    access = parse(
        line(
            upstream_addr="127.0.0.1:1, unix:/run/b : 127.0.0.1:3",
            upstream_status="502, - : 200",
            upstream_time="0.001, - : 0.040",
        )
    )
    assert access.upstreams == (
        Upstream("127.0.0.1:1", 502, 0.001),
        Upstream("unix:/run/b", None, None),
        Upstream("127.0.0.1:3", 200, 0.040),
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<190>Nov 21 07:39:25 other: [1]",
        PREFIX + b"[1]",
        PREFIX + b"[",
        PREFIX + b"{}",
        line(status="x"),
        line()[:-3],
    ],
)
def test_what_is_no_such_line_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (JSON has its own words)
        parse(data)


@pytest.mark.parametrize(
    "target", ["/", '/"\\', "/\x7f", "/é", "/\ud800".encode("utf-8", "replace").decode()]
)
def test_a_request_becomes_an_event(target: str) -> None:
    told = row(parse(line(target=target, upstream_addr="127.0.0.1:1")), 3, 1763700000.0)
    assert is_event(told)
    kind, ended, pid, lost, lane, *_, begun, status = json.loads(told)
    assert (kind, pid, lost, lane, status) == ("end", 31, 3, "c7 127.0.0.1:1", 200)
    assert ended - begun == pytest.approx(0.05)
    assert ended == pytest.approx(10000.25)


def test_bytes_that_are_no_text_are_replaced() -> None:
    data = line(target="/X").replace(b"/X", b"/\xff")
    assert is_event(row(parse(data), 0, 0.0))


def test_a_request_that_got_no_answer_has_no_status() -> None:
    assert json.loads(row(parse(line(status="000", target="", method="")), 0, 0.0))[-1] is None
