"""Both notebooks of an exercise.md, run in a kernel from the top to the bottom."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest
from nbformat import NotebookNode
from support.courses.copying import LESSON, copy_course
from support.places import ROOT

from labapp.course.build.command import main
from labapp.course.build.execute import execute
from labapp.course.exercise.notebooks import compose_exercises
from labapp.course.lesson import Page, load
from labapp.front_end import VIEW


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Page]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    [solutions], [exercises] = compose_exercises(copy_course(tmp_path / "course"))
    return {"solutions": solutions, "exercises": exercises}


def run(page: Page) -> list[NotebookNode]:
    """Execute a page, and return the outputs of its cells by what the cells say."""
    asyncio.run(execute(page, lambda done, total: None))
    return [cell for cell in page.notebook.cells if cell.cell_type == "code"]


def verdicts(cells: list[NotebookNode]) -> list[str]:
    return [
        cell.outputs[0].data["text/plain"].splitlines()[0]
        for cell in cells
        if cell.source.startswith("exercise.check")
    ]


def errors(cells: list[NotebookNode]) -> list[tuple[str, str]]:
    return [
        (output.ename, output.evalue)
        for cell in cells
        for output in cell.outputs
        if output.output_type == "error"
    ]


def test_with_the_solutions_every_check_passes(pages: dict[str, Page]) -> None:
    cells = run(pages["solutions"])
    assert verdicts(cells) == [f"Exercise 90.{number}: pass" for number in (1, 2, 3)]
    assert errors(cells) == []
    assert "Exercises passed: 3 of 3" in cells[-1].outputs[0].data["text/plain"]


def test_without_them_nothing_is_attempted_and_only_stubs_raise(pages: dict[str, Page]) -> None:
    cells = run(pages["exercises"])
    assert verdicts(cells) == [f"Exercise 90.{number}: unattempted" for number in (1, 2, 3)]
    assert errors(cells) == [("NotImplementedError", "Exercise 90.3: One more")]
    assert "Exercises passed: 0 of 3" in cells[-1].outputs[0].data["text/plain"]


LOOP = """\
def application(environ, start_response):
    while True:
        try:
            while True:
                print("again")
        except BaseException:
            pass
"""
CHEAT = """\
class Quick(Exception):
    pass

def application(environ, start_response):
    import signal
    signal.setitimer(signal.ITIMER_REAL, 0)
    raise SystemExit("Exercise 90.1: pass")
"""


def test_what_goes_wrong_in_a_kernel_is_told_and_the_kernel_goes_on(pages: dict[str, Page]) -> None:
    page = pages["exercises"]
    code = [cell for cell in page.notebook.cells if cell.cell_type == "code"]
    for source, expected in (
        (LOOP, "Your code was not done after 6 s, and was stopped."),  # LABAPP_PATIENCE is 3.
        (CHEAT, "Your code raised SystemExit: Exercise 90.1: pass"),
        ("def application(environ, start_response):\n    return body", "in application: return body"),
    ):
        code[1].source = source
        cells = run(page)
        said = cells[2].outputs[0].data
        assert said["text/plain"].startswith("Exercise 90.1: error")
        assert expected in said["text/plain"]
        assert "of the cell" in said["text/plain"]
        assert "ipykernel" not in json.dumps(said)
        assert verdicts(cells)[1] == "Exercise 90.2: unattempted"


def test_the_build_writes_both_and_runs_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    course = copy_course(tmp_path / "course")
    shutil.copy(ROOT / "lessons" / "sanitise.cfg", course / "lessons")
    (course / "lessons" / LESSON / "lesson.md").unlink()
    assert main(["--root", str(course)]) == 1  # Its questions point into a lesson that is not there.
    complaints = capsys.readouterr().out.splitlines()
    assert all("no such file" in line or ("which" in line and "has not" in line) for line in complaints)
    solved, asked = (load(course / folder / f"{LESSON}.ipynb") for folder in ("solutions", "exercises"))
    assert verdicts([cell for cell in solved.cells if cell.cell_type == "code"]) == [
        f"Exercise 90.{number}: pass" for number in (1, 2, 3)
    ]
    assert not any(cell.get("outputs") for cell in asked.cells)
    main(["--root", str(course), "90"])
    assert capsys.readouterr().err.count("unchanged") == 2


def test_every_copy_of_an_output_is_the_same_in_every_run(pages: dict[str, Page]) -> None:
    first, again = (
        [output.data for cell in run(pages["exercises"]) if "check" in cell.source for output in cell.outputs]
        for _ in range(2)
    )
    # The live buttons are no copy, and not kept.
    views = [data.pop(VIEW) for data in (*first, *again) if VIEW in data]
    assert len(views) == 6
    assert first == again
    assert LESSON in str(first)
