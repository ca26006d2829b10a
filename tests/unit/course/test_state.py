import os
import sys
from pathlib import Path

import pytest

from labapp.course.state import State, open_state, state_folder


def put(state: State, lesson: str, key: str, value: object) -> None:
    state.change(lesson, lambda record: record.__setitem__(key, value))


def test_what_is_put_is_there_in_the_next_kernel(tmp_path: Path) -> None:
    put(State(tmp_path), "01", "one", 1)
    put(State(tmp_path), "02", "two", 2)
    again = State(tmp_path)
    assert (again.lesson("01"), again.lesson("02"), again.lesson("03")) == ({"one": 1}, {"two": 2}, {})
    assert not again.trouble
    assert [path.name for path in tmp_path.iterdir()] == ["progress.json"]


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    put(State(tmp_path / "made"), "01", "one", 1)
    assert (tmp_path / "made").stat().st_mode & 0o077 == 0
    assert (tmp_path / "made/progress.json").stat().st_mode & 0o077 == 0


DAMAGED = [
    "",
    "{",
    "[]",
    "7",
    "{}",
    '{"version": 1}',
    '{"version": 1, "lessons": 3}',
    '{"version": "1", "lessons": {}}',
    "[" * 100_000,
    "\udcff\udcfe",
]


@pytest.mark.parametrize("written", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_file_is_set_aside_and_the_course_goes_on(tmp_path: Path, written: str) -> None:
    file = tmp_path / "progress.json"
    file.write_text(written, encoding="utf-8", errors="surrogateescape")
    state = State(tmp_path)
    assert state.lesson("01") == {}
    assert "damaged" in state.trouble
    assert state.trouble.count(".") >= 1
    put(state, "01", "one", 1)
    assert State(tmp_path).lesson("01") == {"one": 1}
    assert (tmp_path / "progress.damaged").exists()


def test_a_part_that_is_not_what_it_should_be_counts_as_missing(tmp_path: Path) -> None:
    (tmp_path / "progress.json").write_text('{"version": 1, "lessons": {"01": [], "02": {"two": 2}}}')
    state = State(tmp_path)
    assert state.lesson("01") == {}
    put(state, "01", "one", 1)
    assert (state.lesson("01"), state.lesson("02")) == ({"one": 1}, {"two": 2})


def test_a_newer_file_is_left_alone(tmp_path: Path) -> None:
    newer = '{"version": 2, "lessons": {}}'
    (tmp_path / "progress.json").write_text(newer)
    state = State(tmp_path)
    put(state, "01", "one", 1)
    assert state.lesson("01") == {"one": 1}
    assert "newer" in state.trouble
    assert (tmp_path / "progress.json").read_text() == newer


def test_where_nothing_can_be_written_the_kernel_remembers(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    state = State(tmp_path / "file" / "folder")
    put(state, "01", "one", 1)
    put(state, "01", "two", 2)
    assert state.lesson("01") == {"one": 1, "two": 2}
    assert "not kept" in state.trouble
    assert "Not a directory" in state.trouble


def test_a_read_only_file_is_read_and_then_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(State(tmp_path), "01", "one", 1)

    # Root writes where it likes; the system's refusal is played.
    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    state = State(tmp_path)
    put(state, "01", "two", 2)
    put(state, "02", "three", 3)
    assert state.lesson("01") == {"one": 1, "two": 2}
    assert state.lesson("02") == {"three": 3}
    assert "Permission denied" in state.trouble
    assert [path.name for path in tmp_path.iterdir()] == ["progress.json"]


def test_a_deleted_file_is_a_new_beginning(tmp_path: Path) -> None:
    state = State(tmp_path)
    put(state, "01", "one", 1)
    (tmp_path / "progress.json").unlink()
    assert state.lesson("01") == {}
    assert not state.trouble


def test_the_folder_is_the_systems_own_unless_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert state_folder() == Path(os.environ["LABAPP_STATE_DIR"])
    monkeypatch.delenv("LABAPP_STATE_DIR")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    places = {"linux": ".local/state/labapp", "darwin": "Library/Application Support/labapp"}
    assert state_folder() == tmp_path / places[sys.platform]
    if sys.platform == "linux":
        monkeypatch.setenv("XDG_STATE_HOME", "/elsewhere")
        assert state_folder() == Path("/elsewhere/labapp")


def test_without_a_home_there_is_a_state_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LABAPP_STATE_DIR")
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setattr("os.path.expanduser", lambda path: path)  # As where nobody knows the user.
    open_state.cache_clear()
    state = open_state()
    put(state, "01", "one", 1)
    assert state.lesson("01") == {"one": 1}
    assert "not kept" in state.trouble
