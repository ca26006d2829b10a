from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from labapp.observe.sampler import datagrams
from labapp.observe.sampler import protocol as wire
from labapp.observe.sampler.datagrams import Datagrams, is_event

BEGIN = b'["begin",12.345678,3307,0,"t14012",140,45678,"GET","/wait?seconds=1"]'
END = b'["end",12.845678,3307,2,"",140,0,"GET","/\\u00e9\\"",12.345678,200]'


@pytest.fixture
def place(runtime_directory: Path) -> Iterator[Path]:
    """A path short enough for a socket."""
    runtime_directory.mkdir()
    yield runtime_directory / "events"
    (runtime_directory / "events").unlink(missing_ok=True)


def sender(place: Path) -> socket.socket:
    new = socket.socket(socket.AF_UNIX, datagrams.KIND)
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


def test_a_batch_is_one_line_that_can_be_read():
    message = json.loads(wire.told([BEGIN, END], 3))
    assert message == {"kind": "told", "strange": 3, "rows": [json.loads(BEGIN), json.loads(END)]}
    assert wire.told([], 1).count(b"\n") == 1


def test_what_is_sent_before_anybody_listens_waits(place):
    listener = datagrams.listen(place)
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
    with closing(Datagrams(datagrams.listen(place))) as received, closing(sender(place)) as first:
        first.send(BEGIN + b"\n" + END)
        first.send(END)
        assert received.read() == [BEGIN, END, END]


def test_a_sender_that_ends_is_let_go_after_its_last_words(place):
    with closing(Datagrams(datagrams.listen(place))) as received:
        with closing(sender(place)) as first:
            first.send(b"last")
        assert received.read() == [b"last"]
        assert received.read() == []
        with closing(sender(place)) as second:
            second.send(b"next")
            assert received.read() == [b"next"]


def test_a_full_socket_refuses_at_once_and_loses_nothing_it_took(place):
    with closing(Datagrams(datagrams.listen(place))) as received, closing(sender(place)) as first:
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
    with closing(datagrams.listen(place)):
        assert place.is_socket()
        with pytest.raises(OSError, match="Address already in use"):
            datagrams.listen(place)
