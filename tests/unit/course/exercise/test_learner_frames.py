import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from labapp.course.exercise import Exercise, Verdict, progress
from labapp.course.exercise.exercise import NotPassedError
from labapp.course.folders import LessonError
from labapp.course.state import open_state


@pytest.fixture
def exercise() -> Exercise:
    return Exercise("90-shout")


def silent(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [])
    return []


def untouched(*_: object) -> None:
    raise NotImplementedError("Exercise 90.2: Count before you look")


def test_it_says_what_it_is(exercise: Exercise) -> None:
    assert repr(exercise) == "Exercises of lesson 90-shout: 3 questions"


def test_a_lesson_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(LessonError, match=r"'90-scream'.* Those that do: 90-shout\.$"):
        Exercise("90-scream")


def test_lessons_are_found_around_the_notebook(monkeypatch: pytest.MonkeyPatch, lessons: Path) -> None:
    monkeypatch.delenv("LABAPP_LESSONS")
    monkeypatch.chdir(lessons / "90-shout")
    assert Exercise("90-shout").lesson == "90-shout"


def test_a_check_tells_where_to_go_on(exercise: Exercise) -> None:
    assert str(exercise.check(1, silent)) == (
        "Exercise 90.1: fail\n"
        "  expected: for `/ping`, that path in capitals\n"
        "  seen:     `b''`\n"
        "  look at:  The smallest application\n"
        "  hint:     exercise.hint(1)"
    )
    assert "../notebooks/90-shout.ipynb#The-smallest-application" in exercise.check(1, silent)._repr_html_()


def test_a_question_that_is_not_there_is_named(exercise: Exercise) -> None:
    for ask in (exercise.check, exercise.hint, exercise.solution):
        with pytest.raises(ValueError, match="3 questions, from 1 to 3; there is no 4"):
            ask(4)


def test_nobody_puts_another_check_in_its_place(exercise: Exercise) -> None:
    with pytest.raises((AttributeError, TypeError)):
        exercise.check = lambda *_: None  # type: ignore[method-assign, assignment]


def test_hints_come_one_after_the_other(exercise: Exercise) -> None:
    assert [len(exercise.hint(1).shown) for _ in range(4)] == [1, 2, 3, 3]
    assert exercise.hint(2).shown == ("Somebody starts the workers.",)
    assert len(exercise.hint(1, 2).shown) == 2


def test_the_solution_asks_to_try_first(exercise: Exercise) -> None:
    assert exercise.check(2, untouched).verdict is Verdict.UNATTEMPTED
    first = exercise.solution(2)
    assert not first.code
    assert "exercise.solution(2, anyway=True)" in str(first)
    assert "text/html" in first._repr_mimebundle_()
    assert "return 1 + 3" in exercise.solution(2, anyway=True).code
    exercise.check(2, lambda: 5)
    assert "return 1 + 3" in exercise.solution(2).code


def test_progress_is_kept_for_the_next_kernel(exercise: Exercise) -> None:
    exercise.check(1, silent)
    exercise.check(2, lambda: 4)
    exercise.check(2, lambda: 5)
    open_state.cache_clear()
    table = Exercise("90-shout").progress()
    assert str(table) == (
        "Exercises passed: 1 of 3\n> 90  A loud application  1/3  ◐✓○\n  ✓ passed, ◐ tried, ○ not tried"
    )
    assert str(progress()).splitlines()[1] == "  90  A loud application  1/3  ◐✓○"


def test_progress_is_a_table_with_words(exercise: Exercise) -> None:
    html = exercise.progress()._repr_html_()
    assert ">Exercises passed: 0 of 3</caption>" in html
    assert html.count('aria-label="') == 3
    assert 'href="../exercises/90-shout.ipynb"' in html


def test_nothing_but_what_was_done_is_kept(exercise: Exercise, state_folder: Path) -> None:
    exercise.check(1, silent)
    kept = json.loads((state_folder / "progress.json").read_text())
    assert kept == {"version": 1, "lessons": {"90-shout": {"exercises": {"1": "tried"}}}}


def test_a_state_that_cannot_be_kept_costs_one_sentence(state_folder: Path, exercise: Exercise) -> None:
    state_folder.write_text("in the way")
    assert "not kept" in str(exercise.check(2, lambda: 4))
    assert str(exercise.check(2, lambda: 4)) == "Exercise 90.2: pass"
    assert "1/3" in str(exercise.progress())
    assert "not kept" in str(exercise.progress())
    assert "not kept" in exercise.progress()._repr_html_()


def test_a_grader_sees_an_exception(exercise: Exercise, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert exercise.check(2, lambda: 4).passed
    with pytest.raises(NotPassedError, match=r"^Exercise 90\.2: fail") as raised:
        exercise.check(2, lambda: 5)
    assert raised.value._render_traceback_() == [f"NotPassedError: {raised.value}"]
    with pytest.raises(NotPassedError, match="unattempted"):
        exercise.check(2, untouched)
