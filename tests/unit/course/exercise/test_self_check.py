from collections.abc import Callable
from pathlib import Path

from labapp.course.exercise import Answers, Question, expect, question
from labapp.course.exercise.self_check import Claim, prove
from labapp.course.exercise.workbook import Workbook

SOLUTION = "return len(week) # which is not much"
EXERCISE = f"""\
# Exercises: a week

```{{code-cell}} python
exercise = Exercise("91-week")
```

## 1. How many

```{{code-cell}} python
def days():
    ### BEGIN SOLUTION
    week = range(7)
    {SOLUTION}
    ### END SOLUTION
```

```{{code-cell}} python
exercise.check(1, days)
```
"""


def declared(*, hints: tuple[str, ...] = ("Count.", "Count the days.")) -> Question:
    @question(1, section="A section", hints=hints, seconds=0.2)
    def seven(answer: Callable[[], object]) -> None:
        seen = answer()
        expect(isinstance(seen, int), "a number", seen)
        expect(seen == 7, "the days of a week", seen)

    return seven


def complete() -> Answers:
    answers = Answers(1)
    answers.right("return True + 6")
    for value in (6, 8, "seven", None):
        answers.wrong(f"saw `{value!r}`", ("len(week)", repr(value)))
    return answers


def claim(folder: Path, answers: Answers, asked: Question | None = None) -> Claim:
    source = folder / "91-week" / "exercise.md"
    source.parent.mkdir()
    source.write_text(EXERCISE)
    return Claim(source.parent, asked or declared(), answers, Workbook(source))


def amiss(folder: Path, answers: Answers, asked: Question | None = None) -> list[str]:
    return [problem.splitlines()[0] for problem in prove(claim(folder, answers, asked)).amiss]


def test_what_holds_has_nothing_amiss(tmp_path: Path) -> None:
    proof = prove(claim(tmp_path, complete()))
    assert proof.amiss == []
    assert len(proof.seconds) == 7


def test_too_few_answers_and_hints_are_counted(tmp_path: Path) -> None:
    assert amiss(tmp_path, Answers(1), declared(hints=("Count.",))) == [
        "1 right answers, and not 2",
        "0 wrong answers, and not 4",
        "1 hints, and not 2",
    ]


def test_a_right_answer_must_pass(tmp_path: Path) -> None:
    answers = complete()
    answers.right("return 8")
    assert amiss(tmp_path, answers) == ["right, and does not pass: 'return 8'"]


def test_a_wrong_answer_must_not_pass(tmp_path: Path) -> None:
    answers = complete()
    answers.wrong("saw", "return 3 + 4")
    assert amiss(tmp_path, answers) == ["wrong, and not rejected as such: 'saw'"]


def test_a_wrong_answer_must_not_count_as_blank(tmp_path: Path) -> None:
    answers = complete()
    answers.wrong("NotImplementedError", "raise NotImplementedError")
    assert amiss(tmp_path, answers) == ["wrong, and not rejected as such: 'NotImplementedError'"]


def test_a_wrong_answer_must_earn_its_message(tmp_path: Path) -> None:
    answers = complete()
    answers.wrong("saw `9`", "return 10")
    assert amiss(tmp_path, answers) == ["wrong, and not told 'saw `9`'"]


def test_two_wrong_answers_must_not_be_told_the_same(tmp_path: Path) -> None:
    answers = complete()
    answers.wrong("week, saw `6`", "return 6")
    assert amiss(tmp_path, answers) == ["wrong, and told what 'saw `6`' is told: 'week, saw `6`'"]


def test_a_blank_must_be_no_attempt(tmp_path: Path) -> None:
    @question(1, section="A section", hints=("One.", "Two."), seconds=0.2)
    def untold(answer: Callable[[], object]) -> None:
        try:
            seen = answer()
        except NotImplementedError:
            seen = None
        expect(seen == 7, "the days of a week", seen)

    assert amiss(tmp_path, complete(), untold) == ["blank, and taken for an attempt"]


def test_a_change_that_does_not_apply_is_named_and_the_others_are_proved(tmp_path: Path) -> None:
    answers = complete()
    answers.wrong("saw `9`", ("return 9", "return 10"))
    [problem] = amiss(tmp_path, answers)
    assert problem.startswith("91-week.1, 'saw `9`': 'return 9' stands nowhere in the solution of ")
    assert problem.endswith("91-week/exercise.md, and not once")


def test_no_outcome_and_no_early_hint_gives_the_solution(tmp_path: Path) -> None:
    answers = complete()
    answers.wrong("which is not much", f"return '{SOLUTION}'")
    hinted = declared(hints=(f"Write {SOLUTION}.", "Or so."))
    assert amiss(tmp_path, answers, hinted) == [
        "wrong, and told the answer: 'which is not much'",
        "a hint before the last gives a line of the solution",
    ]


def test_the_learners_own_line_is_no_secret(tmp_path: Path) -> None:
    answers = complete()
    answers.wrong("TypeError", ("range(7)", "7"))
    assert amiss(tmp_path, answers) == []
