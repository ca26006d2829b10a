import os
from pathlib import Path

import pytest

from labapp.servers import log as module
from labapp.servers.log import Log


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "log").write_bytes("one\ntwo\nthree ✓\n".encode() + b"\xff broken\n")
    return tmp_path / "log"


def test_a_log_is_text_in_lines(path: Path) -> None:
    log = Log(path, ended=lambda: False)
    assert log.lines == ["one", "two", "three ✓", "� broken"]
    assert str(log) == log.text
    assert log.tail(2) == "three ✓\n� broken"
    assert log.tail(0) == ""
    assert repr(log.tail(2)) == "three ✓\n� broken"
    assert repr(log).endswith("� broken")
    log.close()


def test_a_log_grows(path: Path) -> None:
    log = Log(path, ended=lambda: False)
    before = len(log.lines)
    with path.open("a") as file:
        file.write("five\n")
    assert log.wait_for("f.ve", since=before) == "five"
    log.close()


def test_a_log_survives_its_file(path: Path) -> None:
    log = Log(path, ended=lambda: True)
    path.unlink()
    log.close()
    log.close()
    assert log.lines[0] == "one"
    assert log.wait_for("two") == "two"
    with pytest.raises(TimeoutError, match=r"(?s)'six', and the server has ended\. It ends with:\none\ntwo"):
        log.wait_for("six")


def test_of_a_log_that_is_too_long_the_end_is_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 100)
    log = Log(path, ended=lambda: True)
    before = len(log.lines)
    with path.open("a") as file:
        file.writelines(f"line {number}\n" for number in range(10))
    assert log.wait_for("line", since=before) == "line 0"
    with path.open("a") as file:
        file.writelines(f"line {number}\n" for number in range(10, 1000))
    with pytest.raises(TimeoutError, match="the server has ended"):
        log.wait_for("line", since=len(log.lines))
    assert log.tail(2) == "line 998\nline 999"
    assert len(log.text) <= 100
    with path.open("a") as file:
        file.write("five\n")
    assert log.wait_for("f.ve", since=len(log.lines) - 1) == "five"
    log.close()
    assert log.tail(1) == "five"


def test_a_log_is_read_up_to_what_is_there_at_the_moment(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log(path, ended=lambda: False)
    read = os.pread

    def read_while_it_grows(file: int, count: int, place: int) -> bytes:
        with path.open("a") as more:
            more.write("on and on\n")
        return read(file, count, place)

    monkeypatch.setattr(os, "pread", read_while_it_grows)
    assert log.lines[-1] == "� broken"
    assert log.lines[-1] == "on and on"
    with pytest.raises(TimeoutError, match=r"0 s have passed"):
        log.wait_for("six", timeout=0)
    log.close()


def test_the_gist_of_a_log_is_its_beginning_and_its_end(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log(path, ended=lambda: False)
    assert log.gist == log.text
    monkeypatch.setattr(module, "PART", 8)
    assert log.gist == "one\ntwo\n\n broken\n"
    assert log.size == path.stat().st_size
    log.close()
    assert log.gist == log.text
