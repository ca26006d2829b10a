"""What the buttons beside an outcome do, pressed without a browser."""

from collections.abc import Iterator

import pytest

from labapp.course import kernel
from labapp.course.exercise import Exercise, Given, Outcome
from labapp.course.exercise.beside import presses
from labapp.course.exercise.beside.buttons import Buttons
from labapp.course.exercise.beside.presses import call_in, given_in
from labapp.front_end import VIEW

CELL = "exercise.check(2, processes)"
NAMES: dict[str, object] = {}


@pytest.fixture(autouse=True)
def in_a_kernel(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Take this process for a notebook's kernel that has run a cell with a check."""
    monkeypatch.setattr(kernel, "in_a_kernel", lambda: True)
    monkeypatch.setattr(kernel, "this_cell", lambda: CELL)
    monkeypatch.setattr(kernel, "names", lambda: NAMES)
    monkeypatch.setattr(kernel, "between_cells", lambda do: do())
    yield
    for buttons in presses._shown.values():
        buttons.close()
    presses._shown.clear()


def beside(outcome: Outcome) -> tuple[Buttons, list[str]]:
    """Show an outcome; return its buttons, and a list that takes what they say."""
    assert outcome.beside is not None
    model = outcome.beside(outcome)[VIEW]["model_id"]
    [buttons] = [each for each in presses._shown.values() if each.model_id == model]
    said: list[str] = []
    buttons.send = lambda content: said.append(content["said"])  # type: ignore[method-assign]
    return buttons, said


def stub() -> int:
    raise NotImplementedError


def wrong() -> int:
    return 3


def right() -> int:
    return 4


def test_hints_come_one_by_one_and_agree_with_those_that_are_typed() -> None:
    exercise = Exercise("90-shout")
    buttons, said = beside(exercise.check(2, wrong))
    total = buttons.all
    assert (buttons.had, buttons.hints) == (0, "")
    buttons.answer("hint")
    assert buttons.had == 1
    assert f"1 of {total} hints" in buttons.hints
    assert "exercise.hint" not in buttons.hints
    exercise.hint(2)
    assert beside(exercise.check(2, wrong))[0] is buttons
    assert buttons.had == min(2, total)
    assert said == [f"Hint 1 of {total} stands above."]


def test_a_solution_is_asked_about_before_it_is_shown() -> None:
    exercise = Exercise("90-shout")
    buttons, _ = beside(exercise.check(2, stub))
    assert buttons.doubt.startswith("Nothing of yours has been checked yet.")
    _, said = beside(exercise.check(2, wrong))
    assert buttons.doubt.endswith("Show a solution?")
    assert buttons.code == ""
    buttons.answer("solution")
    assert buttons.code == exercise.solution(2).code != ""
    assert said == ["One solution of several stands above."]


def test_a_check_again_takes_what_the_cells_define_now() -> None:
    buttons, said = beside(Exercise("90-shout").check(2, wrong))
    assert buttons.repeatable
    NAMES["processes"] = wrong
    buttons.answer("again")
    assert "Exercise 90.2: fail" in buttons.outcome
    assert "exercise.hint" not in buttons.outcome
    NAMES["processes"] = right
    buttons.answer("again")
    assert "Exercise 90.2: pass" in buttons.outcome
    assert (buttons.passed, buttons.doubt) == (True, "")
    assert said[-1].endswith("The outcome: pass.")
    NAMES.clear()
    buttons.answer("again")
    assert said[-1] == (
        "This cannot be checked from here: NameError: name 'processes' is not defined. Run the cell again."
    )


def test_without_a_notebook_and_under_a_grader_nothing_is_live(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "in_a_kernel", lambda: False)
    assert Exercise("90-shout").check(2, wrong).beside is None
    monkeypatch.setattr(kernel, "in_a_kernel", lambda: True)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert Exercise("90-shout").check(2, right).beside is None


def test_the_outcome_is_an_output_of_its_own_and_of_a_pass_the_only_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[dict[str, object]] = []
    monkeypatch.setattr(kernel, "show", shown.append)
    Exercise("90-shout").check(2, wrong)._ipython_display_()
    assert [set(bundle) for bundle in shown] == [{"text/plain", "text/html"}, {"text/plain", VIEW}]
    with pytest.raises(NotImplementedError):
        Exercise("90-shout").check(2, right)._ipython_display_()


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("exercise.check(2, processes)", True),
        ("seen = exercise.check(2, processes)\nseen", True),
        ("exercise.check(3, processes)", False),
        ("exercise.check(2, f)\nexercise.check(2, g)", False),
        ("for f in (1, 2):", False),
        ("check(2, processes)", False),
    ],
)
def test_the_call_is_found_where_there_is_one(cell: str, found: bool) -> None:
    assert (call_in(cell, 2) is not None) is found


def test_what_a_cell_gives_is_read_anew() -> None:
    names: dict[str, object] = {"web": 1, "more": [2, 3], "f": right}
    given = given_in("exercise.check(2, web, *more, key=f())", 2, names)
    assert isinstance(given, Given)
    assert (given.args, given.kwargs) == ((1, 2, 3), {"key": 4})
    with pytest.raises(NameError):
        given_in("exercise.check(2, gone)", 2, names)
