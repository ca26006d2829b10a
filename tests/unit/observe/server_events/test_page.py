"""Requests that a sender writes into memory: what the receiver makes of them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from labapp.observe.server_events import (
    EventSender,
    PageWriter,
    RequestBegin,
    RequestEnd,
    RequestEnds,
    page_reader,
)
from labapp.observe.server_events.encode import encode_asked
from labapp.observe.server_events.page_fields import ROW, TEXT
from labapp.observe.server_events.page_layout import (
    LOOK,
    NONE,
    ROW_SIZE,
    ROWS,
    SHARED,
    TEXT_HEAD,
    TEXTS_SIZE,
    encode_page,
)

pytestmark = pytest.mark.skipif(not SHARED, reason="there is no such memory here")
ABOUT = encode_asked("", "GET", '/a"é').encode()


def test_who_writes_and_who_reads_have_the_same_fields():
    assert (ROW.size, TEXT.size) == (ROW_SIZE, TEXT_HEAD)


@pytest.fixture
def sender(place, heard) -> Iterator[EventSender]:
    sender = EventSender(str(place))
    sender.renew()
    yield sender
    sender.close()


@pytest.fixture
def page(sender):
    from labapp.observe.server_events.page_writer import PageWriter  # noqa: PLC0415 (Linux has it)

    page = PageWriter()
    assert sender.transmit(encode_page(7), page.descriptor)
    os.close(page.descriptor)
    yield page
    page.close()


def write_begin(page, target: int, port: int, at: float) -> int:
    number, columns = next(page.numbers), page.columns
    for column, said in zip((0, 1, 2, 5), (at, target, port, number), strict=True):
        columns[column][number % ROWS] = said
    return number


def write_end(page, number: int, status: int, at: float) -> None:
    page.columns[3][number % ROWS], page.columns[4][number % ROWS] = status, at


def test_a_request_is_told_when_it_has_ended(page, heard):
    target = page.explain(ABOUT)
    now = time.monotonic()
    for _ in range(3):
        number = write_begin(page, target, 4711, now - 0.002)
        write_end(page, number, 201 if number > 1 else NONE, now - 0.001)
    ends = heard()
    assert [type(end) for end in ends] == [RequestEnd] * 3
    assert {(end.pid, end.unit, end.port, end.method, end.target) for end in ends} == {
        (7, "", 4711, "GET", '/a"é')
    }
    assert [(end.number, end.status) for end in ends] == [(1, None), (2, 201), (3, 201)]
    assert {(end.began, end.at) for end in ends} == {(round(now - 0.002, 6), round(now - 0.001, 6))}
    assert heard() == []


def test_one_that_stays_is_told_to_begin(page, heard):
    target, now = page.explain(ABOUT), time.monotonic()
    before, number = write_begin(page, target, 0, now), write_begin(page, target, 0, now)
    write_end(page, before, 200, now)
    end, begin = heard()
    assert (type(end), type(begin)) == (RequestEnd, RequestBegin)
    assert heard() == []
    write_begin(page, target, 0, now)
    write_end(page, number, 200, now + 1)
    end, second = heard()
    assert (end.number, end.began, end.status) == (begin.number, begin.at, 200)
    assert second.number != begin.number


def test_who_writes_all_the_time_is_not_run_after(page, heard, monkeypatch):
    target, encode = page.explain(ABOUT), page_reader.encode_request_begin

    def encode_while_another_begins(*about: object) -> str:
        if page.last < 20:
            write_begin(page, target, 0, 1.0)
        return encode(*about)

    monkeypatch.setattr(page_reader, "encode_request_begin", encode_while_another_begins)
    write_begin(page, target, 0, 1.0)
    assert [len(heard()) for _ in range(3)] == [1, 1, 1]


def test_what_there_was_no_room_for_is_counted(page, heard):
    target = page.explain(ABOUT)
    staying = write_begin(page, target, 0, 1.0)
    assert len(heard()) == 1
    for _ in range(ROWS + 5):
        write_end(page, write_begin(page, target, 0, 1.0), 200, 2.0)
    assert page.last - staying >= ROWS, "Its row is another's: it is told in another way."
    events = heard()
    assert len(events) == ROWS
    assert sum(event.lost for event in events) == 5
    assert {event.status for event in events} == {200}


def test_many_threads_write_at_once(page, heard):
    target = page.explain(ABOUT)

    def serve(port: int) -> None:
        for _ in range(500):
            write_end(page, write_begin(page, target, port, 1.0), 200, 2.0)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(serve, range(8)))
    ends = heard()
    assert [end.number for end in ends] == list(range(1, 4001))
    assert sorted(end.port for end in ends) == sorted(list(range(8)) * 500)


def test_however_many_targets_there_are_each_request_is_told_with_its_own(page, heard):
    size, found = 1000, []
    for number in range(2 * TEXTS_SIZE // size):
        target = page.explain(encode_asked("", "GET", f"/{number:0{size}}").encode())
        page.targets[number] = target
        write_end(page, write_begin(page, target, 0, 1.0), 200, 2.0)
        if number % 100 == 0:
            found += heard()
    found += heard()
    assert [int(end.target[1:]) for end in found] == list(range(2 * TEXTS_SIZE // size))
    assert len(page.targets) < TEXTS_SIZE / size / 2, "What is remembered is still there."


def test_a_request_of_which_nobody_knows_what_it_asked_for_is_lost(page, heard):
    write_end(page, write_begin(page, 9, 0, 1.0), 200, 2.0)
    write_begin(page, 9, 0, 1.0)
    target = page.explain(ABOUT)
    write_end(page, write_begin(page, target, 0, 1.0), 200, 2.0)
    (end,) = heard()
    assert end.lost == 2


def test_the_last_is_read_when_the_writer_has_gone(sender, page, heard):
    target = page.explain(ABOUT)
    write_end(page, write_begin(page, target, 0, 1.0), 200, 2.0)
    sender.close()
    assert len(heard()) == 1
    assert heard() == []


def test_it_is_looked_at_only_while_something_goes_on(received, sender, page, monkeypatch):
    received.read()
    assert received.awake
    monkeypatch.setattr(page_reader, "_AWAKE", -1)
    (reader,) = received._pages.values()
    reader.wake()
    assert not received.awake
    monkeypatch.undo()
    sender.transmit(LOOK)
    assert received.read() == []
    assert received.awake


def test_memory_that_may_be_cut_off_is_not_read(tmp_path):
    for make in (lambda: os.memfd_create("x"), lambda: os.open(tmp_path, os.O_RDONLY)):
        with pytest.raises(ValueError, match=r"page|cut off"):
            page_reader.PageReader(make(), encode_page(1))


def test_memory_that_is_read_can_no_longer_be_cut_off():
    page = PageWriter()
    own = os.dup(page.descriptor)
    with closing(page), closing(page_reader.PageReader(page.descriptor, encode_page(1))):
        with pytest.raises(PermissionError):
            os.ftruncate(own, 0)
        os.close(own)


def test_ends_are_known_one_by_one_when_they_are_asked_for():
    rows = b"".join(ROW.pack(float(n), n % 2, 4000, 200 if n else NONE, n + 0.5, n) for n in range(4))
    ends = RequestEnds(7, 3, {0: ("", "GET", "/0"), 1: ("t1", "GET", "/1")}, rows)
    assert [(end.target, end.unit, end.lost) for end in ends] == [
        ("/0", "", 3),
        ("/1", "t1", 0),
        ("/0", "", 0),
        ("/1", "t1", 0),
    ]
    assert [(end.began, end.at, end.status) for end in ends.without(3)] == [(3.0, 3.5, 200)]
    assert ends.since(0.0) is ends
    assert [end.number for end in ends.since(2.0)] == [2, 3]
    assert len(ends) == 4
    assert not RequestEnds(7, 1, {}, b"").since(2.0)
