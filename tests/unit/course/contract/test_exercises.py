"""Every rule is broken once, alone."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from support.places import SHOUT

from labapp.course.contract import EXERCISE_RULES, RUN, SOLUTION_RULES, Book, check, digest
from labapp.course.contract.drift import says_what_the_lesson_says
from labapp.course.contract.one_run import outputs_are_of_one_run
from labapp.course.exercise.notebooks import compose_exercises
from labapp.course.lesson import Page, dumps, loads


def shown(text: str, number: int) -> list[Any]:
    data = {
        "output_type": "execute_result",
        "execution_count": number,
        "metadata": {},
        "data": {"text/plain": text},
    }
    return [nbformat.from_dict(data)]


@pytest.fixture
def pages(tmp_path: Path) -> tuple[Page, Page]:
    shutil.copytree(SHOUT / "lessons", tmp_path / "lessons")
    for folder in ("notebooks", "solutions", "exercises"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "90-shout.ipynb").write_text("{}")  # Each links to the others.
    [solutions], [exercises] = compose_exercises(tmp_path)
    return solutions, exercises


@pytest.fixture
def solutions(pages: tuple[Page, Page]) -> Book:
    """The notebook with the solutions, as a run leaves it."""
    page = pages[0]
    notebook = loads(dumps(page.notebook))
    count = 0
    for cell in notebook.cells:
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count
            if cell.source.startswith("exercise.check("):
                cell.outputs = shown(f"Exercise 90.{cell.source[15]}: pass", count)
    notebook.metadata[RUN] = digest(notebook)
    return Book(page.lesson.target, notebook, page)


@pytest.fixture
def exercises(pages: tuple[Page, Page]) -> Book:
    page = pages[1]
    return Book(page.lesson.target, loads(dumps(page.notebook)), page)


def cell_of(book: Book, start: str) -> Any:
    return next(cell for cell in book.cells if cell.source.startswith(start))


def amiss(book: Book, rules: Any) -> list[str]:
    return [violation.message for violation in check(book, rules)]


def test_what_was_built_and_run_breaks_nothing(solutions: Book, exercises: Book) -> None:
    assert amiss(solutions, SOLUTION_RULES) == []
    assert amiss(exercises, EXERCISE_RULES) == []


def not_passed(book: Book) -> None:
    cell = cell_of(book, "exercise.check(2")
    cell.outputs = shown("Exercise 90.2: fail\n  expected: more", cell.execution_count)


def not_shown(book: Book) -> None:
    cell_of(book, "exercise.check(2").outputs = []


def not_asked(book: Book) -> None:
    assert book.notebook
    book.notebook.cells = [cell for cell in book.cells if not cell.source.startswith("exercise.check(3")]
    for count, (_, cell) in enumerate(book.code(), 1):
        cell.execution_count = count
        for output in cell.outputs:
            output.execution_count = count


def no_such_section(book: Book) -> None:
    assert book.page
    lesson = book.page.lesson.source.parent / "lesson.md"
    lesson.write_text(lesson.read_text().replace("## Who is there", "## Who was there"))


@pytest.mark.parametrize(
    ("harm", "messages"),
    [
        (not_passed, ["does not show that its solution passes; it shows Exercise 90.2: fail"]),
        (not_shown, ["does not show that its solution passes; it shows nothing"]),
        (not_asked, ["asks questions [1, 2], and checks.py declares [1, 2, 3]"]),
    ],
)
def test_solutions(solutions: Book, harm: Callable[[Book], None], messages: list[str]) -> None:
    harm(solutions)
    rules = [
        rule for rule in SOLUTION_RULES if rule not in (says_what_the_lesson_says, outputs_are_of_one_run)
    ]
    assert amiss(solutions, rules) == messages


def test_a_question_must_send_its_learner_to_a_section_that_there_is(solutions: Book) -> None:
    no_such_section(solutions)
    found = amiss(solutions, SOLUTION_RULES)
    assert len(found) == 2
    assert all(message.startswith("sends its learner to “Who is there”") for message in found)


def test_a_changed_source_is_drift(solutions: Book, exercises: Book) -> None:
    for book, rules in ((solutions, SOLUTION_RULES), (exercises, EXERCISE_RULES)):
        cell_of(book, "def processes").source += "\n"
        [message] = amiss(book, rules)
        assert message.startswith("differs from")


def test_the_learners_notebook_must_not_have_run(exercises: Book) -> None:
    cell_of(exercises, "exercise.check(1").execution_count = 3
    cell_of(exercises, "exercise.check(2").outputs = shown("Exercise 90.2: pass", 4)
    assert (
        amiss(exercises, EXERCISE_RULES)
        == ["has been run: the learner's notebook is committed as it was built"] * 2
    )
