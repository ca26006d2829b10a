"""What Nginx's access log says of a request, and what becomes of it in the stream of events."""

import json

import pytest

from labapp.observe.server_events.encode import LONGEST
from labapp.observe.server_events.events import cached, upstreams
from labapp.observe.server_events.recognise import is_event
from labapp.servers.kinds.nginx.access import event

PREFIX = "<190>Nov 21 07:39:25 labapp: "


def line(
    *,
    head: str = "1763710000.250 0.050 31 200 7 40001",
    upstreams: str = "",
    cache: str = "",
    method: str = "GET",
    target: str = "/ping?x=1",
) -> bytes:
    texts = json.dumps([f"c7 {cache};{upstreams}", method, target], ensure_ascii=False, separators=(",", ":"))
    return f"{PREFIX}{head} {texts}".encode()


def told(datagram: bytes, lost: int = 0) -> list:
    data = event(datagram, lost, 1763700000.0)
    assert is_event(data)
    return json.loads(data)


def test_a_request_becomes_an_event() -> None:
    kind, ended, pid, lost, lane, connection, port, method, target, begun, status = told(line(), 3)
    assert (kind, pid, lost, lane, connection, port) == ("end", 31, 3, "c7", 7, 40001)
    assert (method, target, status) == ("GET", "/ping?x=1", 200)
    assert ended == pytest.approx(10000.25)
    assert ended - begun == pytest.approx(0.05)


def test_the_upstreams_that_were_asked_are_in_its_lane() -> None:
    assert told(line(upstreams="127.0.0.1:1, unix:/run/b"))[4] == "c7 ;127.0.0.1:1, unix:/run/b"


def test_what_the_cache_had_is_in_its_lane() -> None:
    unit = told(line(upstreams="127.0.0.1:1", cache="MISS"))[4]
    assert (cached(unit), upstreams(unit)) == ("MISS", ("127.0.0.1:1",))
    unit = told(line(cache="HIT"))[4]
    assert (cached(unit), upstreams(unit)) == ("HIT", ())


@pytest.mark.parametrize("target", ["/", '/"', "/\\", "/\x7f", "/é", "/\t", ""])
def test_any_target_can_be_told(target: str) -> None:
    assert told(line(target=target))[8] == target.replace("\x7f", "\ufffd")


def test_of_a_long_target_the_beginning_is_told() -> None:
    assert told(line(target=f"/{'é' * 60_000}"))[8] == f"/{'é' * (LONGEST - 1)}"


def test_bytes_that_are_no_text_are_replaced() -> None:
    assert told(line(target="/X").replace(b"/X", b"/\xff"))[8] == "/\ufffd"


def test_a_request_that_got_no_answer_has_no_status() -> None:
    assert told(line(head="1763710000.250 0.050 31 000 7 40001", target="", method=""))[-1] is None


def test_on_a_unix_socket_there_is_no_port() -> None:
    assert told(line(head="1763710000.250 0.050 31 200 7 "))[6] == 0


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<190>Nov 21 07:39:25 other: 1.000 1.000 1 200 1 1 []",
        line(head="x"),
        line()[:-1],
        line().replace(b'"GET",', b""),
        line().replace(b'"GET"', b"GET"),
    ],
)
def test_what_is_no_such_line_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (JSON has words of its own)
        event(data, 0, 0.0)
