"""What may be sent, and what it looks like on the wire."""

from __future__ import annotations

import pytest

from labapp.load.limits import Limits
from labapp.load.order import Order, locate

HERE = "127.0.0.1:8000"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({}, "Give requests="),
        ({"requests": 0}, "requests=0: a whole number from 1 to 500,000"),
        ({"requests": 1.5}, "requests=1.5"),
        ({"requests": True}, "requests=True"),
        ({"requests": Limits.requests + 1}, "requests=500001"),
        ({"duration": 0}, "duration=0: more than 0 seconds"),
        ({"duration": 61}, "at most 60"),
        ({"duration": float("nan")}, "duration=nan"),
        ({"duration": "2"}, "duration='2'"),
        ({"requests": 1, "concurrency": 0}, "concurrency=0"),
        ({"requests": 1, "concurrency": 1001}, "from 1 to 1,000"),
        ({"requests": 1, "timeout": -1}, "timeout=-1"),
        ({"requests": 1, "body": bytes(Limits.body + 1)}, "at most 10,000,000"),
        ({"requests": 1, "rate": 0}, "rate=0: more than 0 requests per second, and at most 10,000"),
        ({"requests": 1, "rate": Limits.rate + 1}, "rate=10001"),
        ({"requests": 1, "rate": float("inf")}, "rate=inf"),
        ({"requests": 1, "rate": True}, "rate=True"),
        ({"requests": 61, "rate": 1}, "requests=61 at rate=1 take 61 s: a load lasts at most 60 s"),
        ({"requests": 1, "arrivals": "bursts"}, "arrivals='bursts': 'constant' or 'poisson'"),
        ({"requests": 1, "arrivals": "poisson"}, "arrivals='poisson' needs a rate="),
        ({"requests": 1, "warmup": -1}, "warmup=-1"),
        ({"requests": 1, "warmup": 31}, "at most 30"),
        ({"requests": 1, "address": "10.0.0.1:80"}, r"10\.0\.0\.1:80 is not on this machine"),
        ({"requests": 1, "address": "0.0.0.0:80"}, "not on this machine"),
        ({"requests": 1, "address": "example.org:80"}, "not on this machine"),
        ({"requests": 1, "address": "127.0.0.1.example.org:80"}, "not on this machine"),
        ({"requests": 1, "path": "ping"}, "'ping' is no path"),
        ({"requests": 1, "path": "/a b"}, "no path"),
        ({"requests": 1, "path": "/\r\nX: y"}, "no path"),
        ({"requests": 1, "method": "GET /"}, "no HTTP method"),
        ({"requests": 1, "headers": {"X": "a\r\nY: b"}}, "no header"),
        ({"requests": 1, "headers": {"X:": "a"}}, "no header"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_a_reason(wrong, said):
    with pytest.raises(ValueError, match=said):
        Order(**{"address": HERE, **wrong})


@pytest.mark.parametrize("address", [HERE, "127.8.9.1:1", "localhost:80", "[::1]:8000", "unix:/run/web.sock"])
def test_every_address_of_this_machine_is_taken(address):
    assert Order(address, requests=1).address == address


def test_a_request_on_the_wire():
    assert Order(HERE, "/ping?a=1", requests=1).message == (
        b"GET /ping?a=1 HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nUser-Agent: labapp-load\r\n"
        b"Accept: */*\r\nConnection: close\r\n\r\n"
    )


def test_a_body_and_its_length():
    order = Order(
        "unix:/x", requests=1, method="POST", body=b"hello", keep_alive=True, headers={"host": "me"}
    )
    head, _, body = order.message.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert body == b"hello"
    assert {b"Content-Length: 5", b"host: me"} <= set(lines)
    assert not any(line.startswith((b"Connection", b"Host")) for line in lines)


def test_an_order_survives_the_pipe():
    order = Order(HERE, duration=1.5, rate=2.5, seed=7, warmup=1, body=bytes(range(256)), headers={"X": "é"})
    line = order.to_json()
    assert line.count(b"\n") == 1
    assert Order.from_json(line) == order


@pytest.mark.parametrize(
    ("target", "path", "found"),
    [
        ("http://127.0.0.1:8000", "/ping", (HERE, "/ping")),
        ("http://127.0.0.1:8000/", "/ping", (HERE, "/ping")),
        ("http://127.0.0.1:8000/wait?seconds=1", None, (HERE, "/wait?seconds=1")),
        ("127.0.0.1:8000", None, (HERE, "/")),
        ("https://127.0.0.1/ping", None, ("127.0.0.1:443", "/ping")),
        ("http://[::1]:8000/x", None, ("[::1]:8000", "/x")),
        ("http://localhost", None, ("localhost:80", "/")),
        ("unix:/run/web.sock", "/ping", ("unix:/run/web.sock", "/ping")),
    ],
)
def test_where_to(target, path, found):
    assert locate(target, path) == (*found, target.startswith("https"))


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("http://127.0.0.1:99999", None),
        ("ftp://x", None),
        ("http://a:b@127.0.0.1/", None),
        ("http://127.0.0.1/a", "/b"),
    ],
)
def test_where_not_to(target, path):
    with pytest.raises(ValueError, match=r"load knows|Two paths|ports are numbers"):
        locate(target, path)


def test_certificates_to_trust_must_be_there(tmp_path):
    with pytest.raises(ValueError, match="there is no such file of certificates"):
        Order(HERE, requests=1, tls=True, verify=str(tmp_path / "none.pem"))
