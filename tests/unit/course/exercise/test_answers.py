"""What answers.py declares, and how an exercise.md is run with it."""

import sys
from pathlib import Path
from typing import Any

import pytest
from support.courses.weekdays import seven

from labapp.course.exercise import Answers
from labapp.course.exercise.answers import Answer
from labapp.course.exercise.lessons import answers
from labapp.course.exercise.question import Given
from labapp.course.exercise.running.one_check import run
from labapp.course.exercise.workbook import AnswerError, Workbook
from labapp.course.folders import LessonError

EXERCISE = """\
# Exercises: sums

```{code-cell} python
import math
import nothing_of_this_name
from tempfile import TemporaryDirectory

exercise = Exercise("92-sums")
place = TemporaryDirectory()
```

## 1. Twice

```{code-cell} python
factors = [1, 2]
```

```{code-cell} python
def twice(number):
    ### BEGIN SOLUTION
    both = number * factors[-1]
    return math.floor(both)
    ### END SOLUTION
```

```{code-cell} python
exercise.check(1, twice)
```

## 2. Two things

```{code-cell} python
kept = place.name
with open("/dev/null") as source:
    size = len(source.read())
```

```{code-cell} python
### BEGIN SOLUTION
size = twice(4)
### END SOLUTION
```

```{code-cell} python
exercise.check(2, size, kept)
```

## 3. Three times

```{code-cell} python
for number in range(3):
    raise ValueError("shown, and not needed")
```

```{code-cell} python
def thrice(number):
    ### BEGIN SOLUTION
    return number + twice(number)
    ### END SOLUTION
```

```{code-cell} python
exercise.check(3, thrice)
```
"""


@pytest.fixture
def workbook(tmp_path: Path) -> Workbook:
    source = tmp_path / "92-sums" / "exercise.md"
    source.parent.mkdir()
    source.write_text(EXERCISE)
    return Workbook(source)


def declared(number: int, *written: Any) -> Answer:
    answers = Answers(number)
    answers.wrong("told so", *written)
    [answer] = answers.wrong_answers
    return answer


def result(workbook: Workbook, *written: Any) -> object:
    with workbook.given(1, declared(1, *written)) as given:
        return given.args[0](3)


def test_the_first_right_answer_is_the_solution(workbook: Workbook) -> None:
    [solution] = Answers(1).right_answers
    with workbook.given(1, solution) as given:
        assert given.args[0](3) == 6
    assert solution.name == "the solution"


def test_an_answer_is_a_change_several_changes_or_a_text(workbook: Workbook) -> None:
    assert result(workbook, ("[-1]", "[0]")) == 3
    assert result(workbook, ("[-1]", "[0]"), ("floor(both)", "floor(both) + 1")) == 4
    assert result(workbook, "return number") == 3
    assert result(workbook, "\n    if number:\n        return 9\n    ") == 9


def test_a_decorated_function_or_class_is_what_the_check_is_passed(workbook: Workbook) -> None:
    answers = Answers(1)

    @answers.right
    def doubled(number: int) -> int:
        return 2 * number

    answers.wrong("a type")(int)
    assert answers.right_answers[1].name == "doubled"
    for answer, value in ((answers.right_answers[1], doubled), (answers.wrong_answers[0], int)):
        with workbook.given(1, answer) as given:
            assert given.args == (value,)
    with (
        pytest.raises(AnswerError, match=r"check\(2, size, kept\) takes more than a function"),
        workbook.given(2, answers.right_answers[1]),
    ):
        pass


def test_only_what_a_question_depends_on_is_run(workbook: Workbook) -> None:
    with workbook.given(3, declared(3, ("+", "-"))) as given:
        assert given.args[0](3) == -3
    with workbook.given(2, declared(2, ("4", "5"))) as given:
        size, kept = given.args
        assert size == 10
        assert Path(kept).is_dir()
    assert not Path(kept).exists()


def test_without_an_answer_the_cells_are_as_they_are_handed_out(workbook: Workbook) -> None:
    with workbook.given(1, None) as given, pytest.raises(NotImplementedError, match="Exercise 92"):
        given.args[0](3)
    with workbook.given(2, None) as given:
        assert given.args[0] == 0


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ([("quotient", "product")], "'quotient' stands nowhere in the solution of "),
        ([("both", "each")], "'both' stands 2 times in the solution of "),
        (
            [("floor(both)", "ceil(1)"), ("math.floor", "int")],
            "'math.floor' is touched by the changes before",
        ),
        ([("return ", "return (")], "this is not Python:\ndef twice"),
        (["return 2\n  return 3"], "this is not Python:\ndef twice"),
    ],
)
def test_an_answer_that_cannot_be_given_says_why(
    workbook: Workbook, written: list[Any], problem: str
) -> None:
    with pytest.raises(AnswerError) as raised:
        result(workbook, *written)
    assert str(raised.value).startswith(problem)


def test_a_cell_that_raises_says_what(workbook: Workbook) -> None:
    with (
        pytest.raises(AnswerError, match=r"its cell raises NameError: name 'four_times' is not defined"),
        workbook.given(2, declared(2, "size = four_times(4)")),
    ):
        pass


def test_the_lines_of_an_answer_are_the_learners(workbook: Workbook) -> None:
    with workbook.given(1, declared(1, ("factors[-1]", "None"))) as given:
        outcome = run(seven, Given(lambda: given.args[0](7)))
    assert outcome.line == "line 2 of the cell, in twice: both = number * None"


@pytest.mark.parametrize("answer", [None, "print()", ("return", "return"), 4])
def test_a_wrong_answer_begins_with_its_message(answer: Any) -> None:
    with pytest.raises(ValueError, match="question 1: a wrong answer begins with the message"):
        Answers(1).wrong("", answer)
    with pytest.raises(ValueError, match="question 1: a wrong answer begins with the message"):
        Answers(1).wrong(answer and ("a", "b"), "text")  # type: ignore[arg-type]


def test_texts_and_changes_are_not_mixed() -> None:
    for written in (["a text", ("a", "b")], ["a", "b"]):
        with pytest.raises(ValueError, match="'told so': give one text, or changes"):
            declared(1, *written)


def small_lesson(folder: Path, text: str) -> Path:
    lesson = folder / "93-small"
    lesson.mkdir()
    (lesson / "checks.py").write_text("LIMIT = 4\n")
    (lesson / "answers.py").write_text(
        f"from checks import LIMIT\nfrom labapp.course.exercise import Answers\n{text}"
    )
    return lesson


def test_answers_import_what_their_checks_define(tmp_path: Path) -> None:
    text = "one = Answers(1)\none.right(f'return {LIMIT}')\n"
    found = answers(small_lesson(tmp_path, text))
    assert found[1].right_answers[1].text == "return 4"
    assert "checks" not in sys.modules


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("one = Answers(1)\nother = Answers(1)\n", r"answers to questions \[1, 1\], and not once to each"),
        ("one = Answers(1)\none.wrong('no')\n", "question 1: no answer follows the message 'no'"),
    ],
)
def test_a_lesson_declares_each_answer_once_and_whole(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(LessonError, match=problem):
        answers(small_lesson(tmp_path, text))
