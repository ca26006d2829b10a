"""A learner's record is handed in as one file, and a folder of them is a class."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from labapp.course import handing_in, state
from labapp.course.handing_in import class_table, progress

LESSON = "04-gunicorn-prefork"


def record(*passed: int, tried: int = 0, version: int = 1) -> str:
    done = dict.fromkeys(map(str, passed), "pass") | ({str(tried): "tried"} if tried else {})
    return json.dumps({"version": version, "lessons": {LESSON: {"exercises": done}}})


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    folder = tmp_path / "handed in"
    (folder / "cai").mkdir(parents=True)
    (folder / "ana.json").write_text(record(1, 2, 3, tried=4))
    (folder / "cai" / "progress.json").write_text(record())
    return folder


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The place of this learner's own record."""
    monkeypatch.setattr(handing_in, "open_state", lambda: state.State(tmp_path))
    return tmp_path / state.FILE


def column(said: str, name: str) -> list[str]:
    """Return a row of the table below its head, as words."""
    return next(line.split() for line in said.splitlines() if line.startswith(name))


def test_a_class_is_a_row_for_each_learner(handed_in: Path, capsys) -> None:
    assert class_table([str(handed_in)]) == 0
    said = capsys.readouterr().out
    lesson = said.split("\n")[0].split().index("04")
    ana, cai, questions = (column(said, name)[1:] for name in ("ana", "cai", "questions"))
    assert (ana[lesson], ana[-1]) == ("3", "3")
    assert set(cai) == {"0"}
    assert int(questions[-1]) == sum(map(int, questions[:-1])) > 50


def test_what_cannot_be_read_is_named_and_stays_as_it_is(handed_in: Path, capsys) -> None:
    broken = {"ben": "{", "dan": "[]", "eve": record(1, version=9), "fay": '{"version": 1, "lessons": 3}'}
    for name, content in broken.items():
        (handed_in / f"{name}.json").write_text(content)
    (handed_in / "gil.json").write_text('{"version": 1, "lessons": {"04-gunicorn-prefork": "all"}}')
    assert class_table([str(handed_in)]) == 1
    said = capsys.readouterr().out
    assert "ben: is no record of the course: it is damaged" in said
    assert "eve: is no record of the course: it was written by a newer version" in said
    assert set(column(said, "gil")[1:]) == {"0"}
    assert (handed_in / "ben.json").read_text() == "{"


def test_a_spreadsheet_has_the_same_figures(handed_in: Path, capsys) -> None:
    (handed_in / "ben.json").write_text("{")
    class_table([str(handed_in), "--csv"])
    head, ana, ben, _ = (line.split(",") for line in capsys.readouterr().out.splitlines())
    assert ana[head.index(LESSON)] == ana[head.index("passed")] == "3"
    assert ben[-1] == "is no record of the course: it is damaged"
    assert len(head) == len(ana) == len(ben)


@pytest.mark.parametrize(("make", "said"), [(False, "is no folder"), (True, "holds neither NAME.json nor")])
def test_a_folder_without_records_is_an_error(tmp_path: Path, capsys, *, make: bool, said: str) -> None:
    folder = tmp_path / "empty"
    if make:
        folder.mkdir()
    with pytest.raises(SystemExit):
        class_table([str(folder)])
    assert said in capsys.readouterr().err


def test_a_learner_writes_the_file_once(kept: Path, tmp_path: Path, capsys) -> None:
    kept.write_text(record(1))
    target = tmp_path / "ana.json"
    assert progress(["--save", str(target)]) == 0
    assert "Exercises passed:" in capsys.readouterr().out
    assert target.read_text() == record(1)
    with pytest.raises(SystemExit):
        progress(["--save", str(target)])
    assert "is there already" in capsys.readouterr().err


def test_nothing_recorded_and_nowhere_to_write_are_told(kept: Path, tmp_path: Path, capsys) -> None:
    with pytest.raises(SystemExit):
        progress(["--save", str(tmp_path / "ana.json")])
    assert "nothing is recorded yet" in capsys.readouterr().err
    kept.write_text(record(1))
    with pytest.raises(SystemExit):
        progress(["--save", str(tmp_path / "nowhere" / "ana.json")])
    assert "cannot be written: No such file" in capsys.readouterr().err
