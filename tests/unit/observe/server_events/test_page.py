"""Requests that a sender writes into memory: what the receiver makes of them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from labapp.observe.server_events import EventSender, RequestBegin, RequestEnd
from labapp.observe.server_events.encode import encode_asked
from labapp.observe.server_events.page import ROWS, SHARED, PageReader, PageWriter, encode_page, encode_target

pytestmark = pytest.mark.skipif(not SHARED, reason="there is no such memory here")
ABOUT = encode_asked("", "GET", '/a"é')


@pytest.fixture
def sender(place, heard) -> Iterator[EventSender]:
    sender = EventSender(str(place))
    sender.renew()
    yield sender
    sender.close()


@pytest.fixture
def page(sender) -> Iterator[PageWriter]:
    page = PageWriter()
    assert sender.transmit(encode_page(7), page.descriptor)
    os.close(page.descriptor)
    yield page
    page.close()


def test_a_request_is_told_when_it_has_ended(sender, page, heard):
    sender.transmit(encode_target(3, ABOUT))
    now = time.monotonic()
    for number in range(3):
        assert page.begin(3, 4711, now - 0.002) == number
        page.end(number, 201 if number else None, now - 0.002, now - 0.001)
    ends = heard()
    assert [type(end) for end in ends] == [RequestEnd] * 3
    assert {(end.pid, end.unit, end.port, end.method, end.target) for end in ends} == {
        (7, "", 4711, "GET", '/a"é')
    }
    assert [(end.number, end.status) for end in ends] == [(0, None), (1, 201), (2, 201)]
    assert ends[0].began == pytest.approx(now - 0.002, abs=1e-5)
    assert ends[0].at == pytest.approx(now - 0.001, abs=1e-5)
    assert heard() == []


def test_one_that_stays_is_told_to_begin(sender, page, heard):
    sender.transmit(encode_target(0, ABOUT))
    now = time.monotonic()
    number = page.begin(0, 0, now)
    (begin,) = heard()
    assert isinstance(begin, RequestBegin)
    assert heard() == []
    page.begin(0, 0, now)
    page.end(number, 200, now, now + 1)
    end, second = heard()
    assert (end.number, end.began, end.status) == (begin.number, begin.at, 200)
    assert second.number != begin.number


def test_what_is_asked_for_is_awaited_where_it_is_not_explained_yet(sender, page, heard):
    number = page.begin(9, 0, 1.0)
    page.end(number, 200, 1.0, 2.0)
    assert heard() == []
    sender.transmit(encode_target(9, ABOUT))
    assert len(heard()) == 1


def test_what_there_was_no_room_for_is_counted(sender, page, heard):
    sender.transmit(encode_target(0, ABOUT))
    assert heard() == []
    staying = page.begin(0, 0, 1.0)
    assert len(heard()) == 1
    for _ in range(ROWS + 5):
        page.end(page.begin(0, 0, 1.0), 200, 1.0, 2.0)
    page.end(staying, 500, 1.0, 2.0)
    events = heard()
    assert len(events) == ROWS
    assert sum(event.lost for event in events) == 5
    assert {event.status for event in events} == {200}


def test_the_last_is_read_when_the_writer_has_gone(sender, page, heard):
    sender.transmit(encode_target(0, ABOUT))
    page.end(page.begin(0, 0, 1.0), 200, 1.0, 2.0)
    sender.close()
    assert len(heard()) == 1
    assert heard() == []


def test_memory_that_may_be_cut_off_is_not_read(tmp_path):
    for make in (lambda: os.memfd_create("x"), lambda: os.open(tmp_path, os.O_RDONLY)):
        with pytest.raises(ValueError, match=r"page|cut off"):
            PageReader(make(), encode_page(1))
