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

pytestmark = pytest.mark.timeout(300)  # Its programs start slowly, and it has eight or nine of them run.
PASSES = """\
def application(environ, start_response):
    body = environ["PATH_INFO"].upper().encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    yield body
"""
FAILS = "def processes():\n    return 3\n"


# Students have accounts of their own on their machine; here one account stands for all.
AS_SOMEBODY = """
import os, pwd
pwd.getpwuid = lambda uid: pwd.struct_passwd((os.environ["STUDENT"], "x", uid, uid, "", "", ""))
from nbgrader.apps import NbGraderApp
NbGraderApp.launch_instance()
"""


def nbgrader(command: str, course: Path, lessons: Path | None = None, *more: str, student: str = "") -> None:
    """Run one of nbgrader's commands on the assignment, as an instructor or a student does in a terminal."""
    place = course / "homes" / student if student else course
    place.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {
        "HOME": str(place),
        "STUDENT": student or "teacher",
        "IPYTHONDIR": str(place / "ipython"),
        "JUPYTER_CONFIG_DIR": str(place / "jupyter"),
        "JUPYTER_DATA_DIR": str(place / "data"),
        "LABAPP_LESSONS": str(lessons or course / "lessons"),
        "LABAPP_STATE_DIR": str(place / "state"),
    }
    where = [] if student else [f"--course-dir={course}"]
    exchange = [f"--Exchange.root={course / 'exchange'}", "--course=servers"]
    done = subprocess.run(
        [sys.executable, "-c", AS_SOMEBODY, command, "first", *where, *exchange, *more],
        env=environment,
        cwd=place,
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


def answer(notebook: Path, answers: dict[str, str]) -> None:
    """Write answers into the cells that a student finds for them."""
    found = load(notebook)
    for cell in found.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = answers.get(name, cell.source)
        if name == "check-2" and not answers.get(name):
            # A learner who unlocks the check and bends it: nbgrader puts the instructor's own back.
            cell.source = "4"
    nbformat.write(found, notebook)


def scores(course: Path, student: str) -> dict[str, tuple[float, float]]:
    """Return what a student has got for each check, and what there was to get."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        graded = gradebook.find_submission_notebook(LESSON, "first", student)
        return {grade.name: (grade.auto_score, grade.max_score) for grade in graded.grades}


def test_an_assignment_goes_all_the_way_for_two_students(course: Path) -> None:
    """Generate, release, fetch, submit, collect, autograde, feedback: one student right, one partly wrong."""
    (course / "exchange").mkdir(mode=0o777)
    (course / "exchange").chmod(0o777)
    nbgrader("generate_assignment", course)
    released = load(course / "release" / "first" / f"{LESSON}.ipynb")
    code = "\n".join(cell.source for cell in released.cells)
    assert code.count("raise NotImplementedError()") == 3
    assert "SOLUTION" not in code
    checks = [cell for cell in released.cells if cell.source.startswith("exercise.check")]
    assert [cell.metadata.editable for cell in checks] == [False] * 3
    nbgrader("release_assignment", course)

    source = load(course / "source" / "first" / f"{LESSON}.ipynb")
    named = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell.source for cell in source.cells}
    right = {name: text for name, text in named.items() if name and name.startswith("answer")}
    for student, answers in {"ada": right, "bob": {"answer-1": PASSES, "answer-2": FAILS}}.items():
        nbgrader("fetch_assignment", course, student=student)
        answer(course / "homes" / student / "first" / f"{LESSON}.ipynb", answers)
        nbgrader("submit", course, student=student)
    nbgrader("collect", course, None, "--ExchangeCollect.check_owner=False")
    nbgrader("autograde", course)
    assert scores(course, "ada") == dict.fromkeys(("check-1", "check-2", "check-3"), (1.0, 1.0))
    assert scores(course, "bob") == {"check-1": (1.0, 1.0), "check-2": (0.0, 1.0), "check-3": (0.0, 1.0)}

    nbgrader("generate_feedback", course)
    nbgrader("release_feedback", course)
    nbgrader("fetch_feedback", course, student="bob")
    [page] = (course / "homes" / "bob" / "first" / "feedback").rglob("*.html")
    assert "Score: 1.0 / 3.0" in page.read_text()
