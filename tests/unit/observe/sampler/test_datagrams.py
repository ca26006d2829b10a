from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from labapp.observe.sampler import protocol
from labapp.observe.server_events.datagrams import Datagrams, listen_for_events
from labapp.observe.server_events.decode import decode_events
from labapp.observe.server_events.encode import (
    SOCKET_KIND,
    encode_fork,
    encode_notice,
    encode_ready,
    encode_reap,
    encode_request,
    encode_request_begin,
    encode_request_end,
    encode_worker_count,
)
from labapp.observe.server_events.events import (
    Fork,
    Notice,
    Ready,
    Reap,
    RequestBegin,
    RequestEnd,
    WorkerCount,
)
from labapp.observe.server_events.recognise import is_event

BEGIN = b'["begin",12.345678,3307,0,"t14012",140,45678,"GET","/wait?seconds=1"]'
END = b'["end",12.845678,3307,2,"",140,0,"GET","/\\u00e9\\"",12.345678,200]'


@pytest.fixture
def place(runtime_directory: Path) -> Iterator[Path]:
    """A path short enough for a socket."""
    runtime_directory.mkdir()
    yield runtime_directory / "events"
    (runtime_directory / "events").unlink(missing_ok=True)


def sender(place: Path) -> socket.socket:
    new = socket.socket(socket.AF_UNIX, SOCKET_KIND)
    new.setblocking(False)
    new.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1024 * 1024)
    new.connect(str(place))
    return new


@pytest.mark.parametrize(
    "data",
    [
        BEGIN,
        END,
        END.replace(b"200", b"null"),
        b'["fork",0.000001,3307,0,3304]',
        b'["ready",1.000000,3304,0,"master"]',
        b'["count",1.000000,3304,0,2,null]',
        b'["reload",1.000000,3304,0]',
    ],
)
def test_events_are_known_and_can_be_read(data):
    assert is_event(data)
    assert json.loads(data)[0] in ("begin", "end", "fork", "ready", "count", "reload")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"[]",
        b"{}",
        b'["begin"]',
        b'["lunch",1.000000,3304,0]',
        b'["fork",1.000000,3307,0,-1]',
        b'["fork",1.000000,0307,0,1]',
        b'["fork",NaN,3307,0,1]',
        b'["reload",1.000000,3304,0]\n',
        b'["reload",1.000000,3304,0] ["reload",1.000000,3304,0]',
        BEGIN[:-1],
        b'["rows",3307,0,[],""]',
        BEGIN.replace(b"GET", b"G\nT"),
        BEGIN.replace(b"GET", b'G"T'),
        BEGIN.replace(b"GET", b"G\\T"),
        BEGIN.replace(b"/wait", b"/\xff"),
        b"\x00" * 100,
        b"[" * 30_000,
    ],
)
def test_what_is_no_event_is_not_taken_for_one(data):
    assert not is_event(data)


ABOUT = encode_request("t14012", 140, 45678, "GET", '/wait"é\n?x=1')


@pytest.mark.parametrize(
    ("line", "event"),
    [
        (
            encode_request_begin(1.5, 7, 2, ABOUT),
            RequestBegin("begin", 1.5, 7, 2, "t14012", 140, 45678, "GET", '/wait"é\n?x=1'),
        ),
        (
            encode_request_end(2.5, 7, 0, ABOUT, 1.5, None),
            RequestEnd("end", 2.5, 7, 0, "t14012", 140, 45678, "GET", '/wait"é\n?x=1', 1.5, None),
        ),
        (encode_fork(1.5, 7, 0, 3), Fork("fork", 1.5, 7, 0, 3)),
        (encode_ready(1.5, 7, 0, "master"), Ready("ready", 1.5, 7, 0, "master")),
        (encode_reap(1.5, 7, 0, 8), Reap("reap", 1.5, 7, 0, 8)),
        (encode_worker_count(1.5, 7, 0, 3, None), WorkerCount("count", 1.5, 7, 0, 3, None)),
        *(
            (encode_notice(1.5, 7, 0, kind), Notice(kind, 1.5, 7, 0))
            for kind in ("abort", "exit", "reload", "upgrade")
        ),
    ],
)
def test_what_is_encoded_is_known_for_an_event_and_decoded(line, event):
    assert is_event(line.encode())
    (found,) = decode_events([json.loads(line)])
    assert found == event
    assert type(found) is type(event)


def test_a_batch_is_one_line_that_can_be_read():
    message = json.loads(protocol.server_events([BEGIN, END], 3))
    assert message == {"kind": "events", "malformed": 3, "events": [json.loads(BEGIN), json.loads(END)]}
    assert protocol.server_events([], 1).count(b"\n") == 1


def test_what_is_sent_before_anybody_listens_waits(place):
    listener = listen_for_events(place)
    with closing(sender(place)) as first, closing(sender(place)) as second:
        for number in range(300):
            first.send(b"%d" % number)
        second.send(BEGIN)
        with closing(Datagrams(listener)) as received:
            found = received.read()
            assert BEGIN in found
            found.remove(BEGIN)
            assert found == [b"%d" % number for number in range(300)]
            assert received.read() == []
            first.send(END)
            assert received.read() == [END]


def test_a_datagram_may_tell_several_events(place):
    with closing(Datagrams(listen_for_events(place))) as received, closing(sender(place)) as first:
        first.send(BEGIN + b"\n" + END)
        first.send(END)
        assert received.read() == [BEGIN, END, END]


def test_a_sender_that_ends_is_let_go_after_its_last_words(place):
    with closing(Datagrams(listen_for_events(place))) as received:
        with closing(sender(place)) as first:
            first.send(b"last")
        assert received.read() == [b"last"]
        assert received.read() == []
        with closing(sender(place)) as second:
            second.send(b"next")
            assert received.read() == [b"next"]


def test_a_full_socket_refuses_at_once_and_loses_nothing_it_took(place):
    with closing(Datagrams(listen_for_events(place))) as received, closing(sender(place)) as first:
        sent = 0
        with suppress(BlockingIOError):
            while sent < 1_000_000:
                first.send(b"%d" % sent)
                sent += 1
        assert sent < 1_000_000
        found = received.read()
        while more := received.read():
            found += more
        assert found == [b"%d" % number for number in range(sent)]
        first.send(b"again")
        assert received.read() == [b"again"]


def test_the_socket_is_the_users_own(place):
    with closing(listen_for_events(place)):
        assert place.is_socket()
        with pytest.raises(OSError, match="Address already in use"):
            listen_for_events(place)
