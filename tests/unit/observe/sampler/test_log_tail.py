from __future__ import annotations

import pytest

from labapp.observe.sampler.log_tail import LogTail


@pytest.fixture
def log(tmp_path):
    return tmp_path / "server.log"


@pytest.fixture
def tail(log):
    log.write_text("one\ntwo\n")
    with LogTail(str(log)) as tail:
        assert tail.read() == (["one", "two"], 0)
        yield tail


def add(log, data: bytes) -> None:
    with log.open("ab") as file:
        file.write(data)


def test_lines_come_whole(log, tail):
    add(log, b"thr")
    assert tail.read() == ([], 0)
    add(log, b"ee\nfour\r\n\nfi")
    assert tail.read() == (["three", "four", ""], 0)
    assert tail.read() == ([], 0)


def test_bytes_that_are_no_utf8_are_replaced(log, tail):
    add(log, b"caf\xe9 \xff\n" + "café\n".encode())
    assert tail.read() == (["caf� �", "café"], 0)


def test_a_long_line_is_clipped(log, tail):
    add(log, b"x" * 100_000 + b"\nshort\n")
    (long, short), _ = tail.read()
    assert (long, short) == ("x" * 2000 + "…", "short")


def test_a_line_without_an_end_does_not_grow_for_ever(log, tail):
    add(log, b"y" * 200_000)
    assert tail.read() == ([], 0)
    add(log, b"y" * 200_000)
    (line,), skipped = tail.read()
    assert len(line) == 2001
    assert skipped == 0


def test_of_a_burst_the_beginning_is_passed_over(log, tail):
    burst = b"".join(b"%09d\n" % number for number in range(100_000))
    add(log, burst)
    lines, skipped = tail.read()
    assert len(lines) == 500
    assert lines[-1] == "000099999"
    assert len(burst) - 500 * 10 - 10 <= skipped <= len(burst) - 500 * 10
    add(log, b"next\n")
    assert tail.read() == (["next"], 0)


def test_of_a_log_that_is_long_already_the_end_is_shown(log):
    log.write_bytes(b"".join(b"%099d\n" % number for number in range(10_000)))
    with LogTail(str(log)) as tail:
        lines, _ = tail.read()
        assert 400 <= len(lines) <= 500
        assert int(lines[-1]) == 9999
        assert all(len(line) == 99 for line in lines)


def test_a_log_that_does_not_exist_yet(log):
    with LogTail(str(log)) as tail:
        assert tail.read() == ([], 0)
        log.write_text("born\n")
        assert tail.read() == (["born"], 0)


def test_truncation(log, tail):
    log.write_text("new\n")
    assert tail.read() == (["new"], 0)


def test_rotation(log, tail):
    log.rename(log.with_suffix(".1"))
    tail.follow()
    add(log.with_suffix(".1"), b"last of the old\n")
    log.write_text("first of the new\n")
    tail.follow()
    assert tail.read() == (["last of the old"], 0)
    tail.follow()
    assert tail.read() == (["first of the new"], 0)
