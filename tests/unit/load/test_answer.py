"""Responses in pieces: when they are whole, and what may follow on the same connection."""

from __future__ import annotations

import pytest

from labapp.load.answer import Answer

LENGTH = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"


def read(*pieces: bytes, to_head: bool = False) -> Answer:
    answer = Answer(to_head=to_head)
    for piece in pieces:
        answer.feed(piece)
    return answer


@pytest.mark.parametrize("raw", [LENGTH, CHUNKED])
def test_whole_at_the_last_byte_and_not_before(raw):
    pieces = [raw[at : at + 1] for at in range(len(raw))]
    assert not read(*pieces[:-1]).complete
    answer = read(*pieces)
    assert (answer.complete, answer.status, answer.bytes, answer.reusable) == (True, 200, 2, True)


def test_an_end_in_the_middle_is_no_end():
    answer = read(LENGTH[:-1])
    answer.end()
    assert not answer.complete
    assert answer.begun


def test_without_a_measure_it_ends_with_the_connection():
    answer = read(b"HTTP/1.0 200 OK\r\n\r\nsome")
    assert not answer.complete
    answer.end()
    assert (answer.complete, answer.bytes, answer.reusable) == (True, 4, False)


def test_the_answer_to_head_has_no_body():
    assert read(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", to_head=True).complete


@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified"])
def test_statuses_without_a_body(status):
    assert read(b"HTTP/1.1 " + status + b"\r\n\r\n").complete


def test_an_interim_answer_is_not_the_answer():
    interim = b"HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n"
    answer = read(interim)
    assert not answer.complete
    answer.end()
    assert not answer.complete
    assert read(interim, LENGTH).status == 200


def test_a_protocol_nobody_asked_for_ends_it():
    answer = read(b"HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nmore")
    assert (answer.complete, answer.reusable, answer.malformed) == (True, False, False)


@pytest.mark.parametrize(
    "raw", [b"hello\r\n", b"HTTP/9 what", b"\x16\x03\x01\x00\x00", b"GET / HTTP/1.1\r\n"]
)
def test_what_is_not_http(raw):
    assert read(raw).malformed


def test_what_follows_a_whole_answer_does_not_spoil_it():
    answer = read(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nokXX")
    assert (answer.complete, answer.malformed, answer.reusable) == (True, False, False)


def test_connection_close_is_not_reused():
    assert not read(LENGTH.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")).reusable
