from pathlib import Path

import pytest

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
