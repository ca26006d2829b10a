import re
from pathlib import Path

import nbformat
import pytest
from support.places import SHOUT

from labapp.course.exercise.markers import MarkerError
from labapp.course.exercise.notebooks import compose_exercises, solution_of
from labapp.course.lesson import Page, SourceError

SOURCE = SHOUT / "lessons/90-shout/exercise.md"


def composed() -> tuple[Page, Page]:
    [solutions], [exercises] = compose_exercises(SHOUT)
    return solutions, exercises


def test_both_are_valid_notebooks_in_their_folders() -> None:
    for page, folder in zip(composed(), ("solutions", "exercises"), strict=True):
        nbformat.validate(page.notebook)
        assert page.lesson.target == SHOUT / folder / "90-shout.ipynb"
        assert page.place(0).startswith(f"{SOURCE}:")
        assert page.notebook.metadata.title == "Exercises: a loud application"


def test_the_learner_gets_stubs_that_say_what_is_to_be_done() -> None:
    _, exercises = composed()
    code = "\n".join(cell.source for cell in exercises.notebook.cells)
    assert re.findall(r"(?m)^ *raise NotImplementedError\((.*)\)$", code) == [
        '"Exercise 90.1: Answer with the path, in capitals"',
        '"Exercise 90.2: Count before you look"',
        '"Exercise 90.3: One more"',
    ]
    assert "SOLUTION" not in code
    assert ".upper()" not in code
    assert all(cell.outputs == [] for cell in exercises.notebook.cells if cell.cell_type == "code")


def test_the_solutions_keep_their_marks_for_nbgrader() -> None:
    solutions, _ = composed()
    code = "\n".join(cell.source for cell in solutions.notebook.cells)
    assert code.count("### BEGIN SOLUTION") == code.count("### END SOLUTION") == 3


def test_cells_say_to_nbgrader_and_to_jupyterlab_what_they_are() -> None:
    for page in composed():
        cells = {
            cell.metadata.nbgrader.grade_id: cell
            for cell in page.notebook.cells
            if "nbgrader" in cell.metadata
        }
        assert list(cells) == [
            "setup",
            *(f"{kind}-{number}" for number in (1, 2, 3) for kind in ("answer", "check")),
        ]
        for name, cell in cells.items():
            meta = cell.metadata.nbgrader
            assert meta.schema_version == 3
            assert (meta.grade, meta.solution, meta.locked) == (
                name.startswith("check"),
                name.startswith("answer"),
                not name.startswith("answer"),
            )
            assert ("points" in meta) == meta.grade
            assert cell.metadata.deletable is False
            assert cell.metadata.get("editable", True) is not meta.locked


def test_only_a_stub_that_raises_when_its_cell_runs_lets_the_others_run_on() -> None:
    solutions, exercises = composed()
    tagged = [
        cell for cell in exercises.notebook.cells if "raises-exception" in cell.metadata.get("tags", [])
    ]
    assert [cell.source for cell in tagged] == ['raise NotImplementedError("Exercise 90.3: One more")']
    assert not any("raises-exception" in cell.metadata.get("tags", []) for cell in solutions.notebook.cells)


def test_the_way_leads_to_the_lesson_and_to_the_other_notebook() -> None:
    for page, other in zip(composed(), ("Exercises", "Solutions"), strict=True):
        last = page.notebook.cells[-1]
        assert last.source == (
            "Lesson: [A loud application](../notebooks/90-shout.ipynb)"
            f" · [{other}](../{other.lower()}/90-shout.ipynb)"
        )
        assert last.metadata.slideshow.slide_type == "skip"


def test_the_way_leads_to_the_exercises_before_and_after(tmp_path: Path) -> None:
    for name in ("90-shout", "91-shout", "92-shout"):
        folder = tmp_path / "lessons" / name
        folder.mkdir(parents=True)
        (folder / "checks.py").touch()
        (folder / "exercise.md").write_text(SOURCE.read_text().replace("90-shout", name))
    others = ("[Exercises](../exercises/91-shout.ipynb)", "[Solutions](../solutions/91-shout.ipynb)")
    for pages, other in zip(compose_exercises(tmp_path), others, strict=True):
        assert [page.notebook.cells[-1].source for page in pages][1] == (
            "Previous exercises: [90-shout](90-shout.ipynb) · Lesson: [91-shout](../notebooks/91-shout.ipynb)"
            f" · {other} · Next exercises: [92-shout](92-shout.ipynb)"
        )


def test_the_solution_of_a_question_is_its_code() -> None:
    assert solution_of(SOURCE, 3) == 'web.signal("TTIN")\nweb.wait_until(workers=3)'
    assert solution_of(SOURCE, 2).endswith("    return 1 + 3")


SETUP = 'exercise = Exercise("90-shout")'
CHECK = "exercise.check(1, f)"
REGION = "### BEGIN SOLUTION\n    return 7\n    ### END SOLUTION"
ANSWER = f"def f():\n    {REGION}"


def written(folder: Path, *cells: str) -> Path:
    """Write a lesson whose exercise.md has these cells; one that begins with ## is text."""
    lesson = folder / "lessons" / "90-shout"
    lesson.mkdir(parents=True)
    (lesson / "checks.py").touch()
    blocks = [
        f"+++\n\n{cell}\n" if cell.startswith("## ") else f"```{{code-cell}} python\n{cell}\n```\n"
        for cell in cells
    ]
    (lesson / "exercise.md").write_text("\n".join(blocks))
    return folder


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ((SETUP, ANSWER), "no exercise.check(k, …) follows this solution"),
        ((SETUP,), "this file has no, or more than one, exercise.check(k, …)"),
        (("## 1. Seven", ANSWER, CHECK), 'no, or more than one, exercise = Exercise("90-shout")'),
        ((SETUP, SETUP, "## 1. Seven", ANSWER, CHECK), 'or more than one, exercise = Exercise("90-shout")'),
        (('exercise = Exercise("91-other")', CHECK), 'write exercise = Exercise("90-shout")'),
        ((SETUP, ANSWER, CHECK), 'question 1 needs a heading "## 1. What to do"'),
        ((SETUP, "## 2. Seven", ANSWER, CHECK), 'question 1 needs a heading "## 1. What to do"'),
        (
            (SETUP, "## 2. Seven", ANSWER, "exercise.check(2, f)"),
            "question 2 follows 0: number them 1, 2, 3, …",
        ),
        ((SETUP, "## 1. Seven", ANSWER, "exercise.check(k, f)"), "write the question's number"),
        ((SETUP, "## 1. Seven", ANSWER, "exercise.check(0, f)"), "write the question's number"),
        ((SETUP, "## 1. Seven", f"{CHECK}\n{CHECK}"), "a second check in one cell"),
        ((SETUP, "## 1. Seven", f"{ANSWER}\n{CHECK}"), "a solution and its check in one cell"),
        (
            (SETUP, "## 1. Seven", "### BEGIN HIDDEN TESTS\nx\n### END HIDDEN TESTS", CHECK),
            "hidden tests belong",
        ),
        ((SETUP, "## 1. Seven", "def f(:\n    pass", CHECK), "this is not Python: "),
        (
            (SETUP, "## 1. Seven", "x = [\n### BEGIN SOLUTION\n7\n### END SOLUTION\n]", CHECK),
            "this is not Python once its solution is cut out",
        ),
    ],
)
def test_what_does_not_add_up_is_refused_with_its_cell(
    tmp_path: Path, cells: tuple[str, ...], problem: str
) -> None:
    with pytest.raises(SourceError) as raised:
        compose_exercises(written(tmp_path, *cells))
    assert isinstance(raised.value, MarkerError)
    assert problem in str(raised.value)
    assert re.search(r"exercise\.md:\d+: .*\n\n(.*\n)*  > +\d+  ", str(raised.value))


def test_magic_is_no_syntax_error_and_a_file_may_hold_the_stub(tmp_path: Path) -> None:
    file = f"%%writefile server.py\n{ANSWER}"
    cells = (f"%load_ext autoreload\n{SETUP}", "## 1. Seven", file, "!ls\nexercise.check(1, 'server.py')")
    [solutions], [exercises] = compose_exercises(written(tmp_path, *cells))
    assert file in [cell.source for cell in solutions.notebook.cells]
    assert '%%writefile server.py\ndef f():\n    raise NotImplementedError("Exercise 90.1: Seven")' in [
        cell.source for cell in exercises.notebook.cells
    ]


def test_hidden_tests_are_not_shown_to_the_learner(tmp_path: Path) -> None:
    check = f"### BEGIN HIDDEN TESTS\nassert f() == 7\n### END HIDDEN TESTS\n{CHECK}"
    _, [exercises] = compose_exercises(written(tmp_path, SETUP, "## 1. Seven", ANSWER, check))
    assert [cell.source for cell in exercises.notebook.cells][-2] == CHECK


def test_an_answer_in_two_cells_is_one_answer(tmp_path: Path) -> None:
    second = ANSWER.replace("f()", "g()")
    source = written(tmp_path, SETUP, "## 1. Seven", ANSWER, second, CHECK)
    _, [exercises] = compose_exercises(source)
    names = [
        cell.metadata.nbgrader.grade_id for cell in exercises.notebook.cells if "nbgrader" in cell.metadata
    ]
    assert names == ["setup", "answer-1", "answer-1-2", "check-1"]
    assert solution_of(source / "lessons/90-shout/exercise.md", 1).count("return 7") == 2
