"""The map of the course, where a learner is in it, and a notebook's first state."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from support.places import ROOT

from labapp.course.desk import (
    LEARNERS,
    MACHINERY,
    begin_anew,
    course_map,
    find_course,
    find_lesson,
    note_visit,
)
from labapp.course.folders import LessonError
from labapp.course.state import State

FOURTH = "notebooks/04-gunicorn-prefork.ipynb"
EXERCISES = "exercises/04-gunicorn-prefork.ipynb"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "lessons", tmp_path / "lessons")
    for path in (FOURTH, EXERCISES):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    return tmp_path


def fourth(served: Path, state: State) -> dict:
    [lesson] = [one for one in course_map(served, state)["lessons"] if one["number"] == "04"]
    return lesson


def test_the_map_has_every_lesson_and_what_is_done_of_it(course: Path) -> None:
    state = State(None)
    lessons = course_map(course, state)["lessons"]
    assert [one["name"] for one in lessons] == sorted(
        path.parent.name for path in (ROOT / "lessons").glob("[0-9]*/lesson.md")
    )
    for one in lessons:
        assert sum(section["minutes"] or 0 for section in one["sections"]) == one["minutes"], one["name"]
    state.change("04-gunicorn-prefork", lambda record: record.update(exercises={"1": "pass", "2": "tried"}))
    note_visit(course, state, FOURTH, "What you saw", ["a", "b"])
    note_visit(course, state, FOURTH, "Quiz", ["b", "c"])
    found = fourth(course, state)
    assert (found["passed"], found["questions"], found["ran"]) == (1, 7, 3)
    assert found["paths"] == {"lesson": FOURTH, "exercises": EXERCISES, "solutions": None}
    assert course_map(course, state)["last"]["heading"] == "Quiz"
    # In the exercises, cells are no measure of the lesson.
    note_visit(course, state, EXERCISES, "", ["x"])
    assert fourth(course, state)["ran"] == 3
    assert course_map(course, state)["last"]["path"] == EXERCISES


def test_a_course_in_a_folder_of_the_home_is_found(course: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    assert find_course(home) is None
    assert course_map(home, State(None))["lessons"] == []
    shutil.copytree(course / "lessons", home / "clone" / "lessons")
    shutil.copytree(course / "notebooks", home / "clone" / "notebooks")
    assert find_course(home) == home / "clone"
    assert fourth(home, State(None))["paths"]["lesson"] == f"clone/{FOURTH}"
    note_visit(home, State(None), f"clone/{FOURTH}")


@pytest.mark.parametrize("path", ["notebooks/mine.ipynb", "04-gunicorn-prefork.ipynb", f"../{FOURTH}", ""])
def test_what_is_not_of_the_course_is_refused(course: Path, path: str) -> None:
    for refused in (
        lambda: note_visit(course, State(None), path),
        lambda: begin_anew(course, path),
    ):
        with pytest.raises(LessonError, match="no lesson of the course"):
            refused()


@pytest.mark.parametrize("path", [FOURTH, EXERCISES])
def test_a_notebook_begins_anew_and_what_was_changed_is_kept(course: Path, path: str) -> None:
    built = json.loads((course / path).read_text())
    first = begin_anew(course, path)
    assert not first.copy
    assert not (course / "copies").exists()
    said = [(cell["id"], cell["source"]) for cell in first.content["cells"]]
    assert said == [(cell["id"], "".join(cell["source"])) for cell in built["cells"]]
    assert not any(cell.get("outputs") for cell in first.content["cells"])

    changed = nbformat.from_dict(built)
    changed.cells[2]["source"] = "my own words"
    nbformat.write(changed, course / path)
    kept = begin_anew(course, path).copy
    assert (course / kept).read_bytes() == (course / path).read_bytes()
    assert kept.startswith("copies/04-gunicorn-prefork")


def test_the_file_browser_knows_each_entry_of_the_checkout() -> None:
    known = {*LEARNERS, *MACHINERY}
    made = {"build", "dist"}
    assert {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} - known <= made
    assert not set(LEARNERS) & set(MACHINERY)


def test_a_lesson_is_presented_by_its_number_or_name(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert course_map(course, State(None))["present"] is None
    for word in ("04", "04-gunicorn-prefork"):
        name = find_lesson(word, course / "lessons")
        monkeypatch.setenv("LABAPP_PRESENT", name)
        assert course_map(course, State(None))["present"] == FOURTH
    for word, number in (("0", "9|10"), ("99", "0"), ("", "0")):
        with pytest.raises(
            LessonError, match=rf"names ({number}) lessons, and not one. There are: 00-welcome"
        ):
            find_lesson(word, course / "lessons")
