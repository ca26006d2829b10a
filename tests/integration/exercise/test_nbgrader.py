"""nbgrader itself takes the notebook in solutions/ for an assignment, and grades it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from support.courses.copying import LESSON, copy_course
from support.places import ROOT

from labapp.course.exercise.notebooks import compose_exercises
from labapp.course.lesson import dumps, load

PASSES = """\
def application(environ, start_response):
    body = environ["PATH_INFO"].upper().encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    yield body
"""
FAILS = "def processes():\n    return 3\n"


def nbgrader(command: str, course: Path, lessons: Path | None = None) -> None:
    """Run one of nbgrader's commands on the assignment, as an instructor does in a terminal."""
    environment = os.environ | {
        "HOME": str(course),
        "IPYTHONDIR": str(course / "ipython"),
        "JUPYTER_CONFIG_DIR": str(course / "jupyter"),
        "LABAPP_LESSONS": str(lessons or course / "lessons"),
        "LABAPP_STATE_DIR": str(course / "state"),
    }
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", command, "first", f"--course-dir={course}"],
        env=environment,
        cwd=course,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(autouse=True)
def alembic(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nbgrader find alembic, which it calls by its name."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course whose source is the notebook with the solutions, not executed."""
    place = copy_course(tmp_path / "course")
    [solutions], _ = compose_exercises(place)
    source = place / "source" / "first"
    source.mkdir(parents=True)
    (source / f"{LESSON}.ipynb").write_text(dumps(solutions.notebook))
    return place


def test_nbgrader_releases_every_lesson_and_grades_the_solutions_of_one(tmp_path: Path) -> None:
    source = tmp_path / "source" / "first"
    source.mkdir(parents=True)
    solutions, _ = compose_exercises(ROOT)
    for page in solutions:
        (source / page.lesson.target.name).write_text(dumps(page.notebook))
    nbgrader("generate_assignment", tmp_path, ROOT / "lessons")
    released = {path.name for path in (tmp_path / "release" / "first").glob("*.ipynb")}
    assert released == {page.lesson.target.name for page in solutions}

    submitted = tmp_path / "submitted" / "ada" / "first"
    submitted.mkdir(parents=True)
    one = solutions[0].lesson.target.name
    shutil.copy(source / one, submitted / one)
    nbgrader("autograde", tmp_path, ROOT / "lessons")
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as gradebook:
        graded = gradebook.find_submission_notebook(one.removesuffix(".ipynb"), "first", "ada")
        scores = [(grade.auto_score, grade.max_score) for grade in graded.grades]
    assert scores == [(1.0, 1.0)] * len(scores)
    assert scores


def test_nbgrader_releases_and_grades_it(course: Path) -> None:
    nbgrader("generate_assignment", course)
    released = course / "release" / "first" / f"{LESSON}.ipynb"
    notebook = load(released)
    code = "\n".join(cell.source for cell in notebook.cells)
    assert code.count("raise NotImplementedError()") == 3
    assert "SOLUTION" not in code
    checks = [cell for cell in notebook.cells if cell.source.startswith("exercise.check")]
    assert [cell.metadata.editable for cell in checks] == [False] * 3

    answers = {"answer-1": PASSES, "answer-2": FAILS}
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = answers.get(name, cell.source)
        if name == "check-2":
            # A learner who unlocks the check and bends it: nbgrader puts the instructor's own back.
            cell.source = "4"
    submitted = course / "submitted" / "ada" / "first" / released.name
    submitted.parent.mkdir(parents=True)
    nbformat.write(notebook, submitted)

    nbgrader("autograde", course)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        graded = gradebook.find_submission_notebook(LESSON, "first", "ada")
        scores = {grade.name: (grade.auto_score, grade.max_score) for grade in graded.grades}
    assert scores == {"check-1": (1.0, 1.0), "check-2": (0.0, 1.0), "check-3": (0.0, 1.0)}
