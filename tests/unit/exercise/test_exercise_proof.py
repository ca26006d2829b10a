from collections.abc import Callable

from labapp.course.exercise import Given, Question, expect, question
from labapp.course.exercise.self_check import prove


def declared(*, hints: tuple[str, ...] = ("Count.", "Count the days.")) -> Question:
    @question(1, section="A section", hints=hints, seconds=0.2)
    def seven(answer: Callable[[], object]) -> None:
        seen = answer()
        expect(isinstance(seen, int), "a number", seen)
        expect(seen == 7, "the days of a week", seen)

    return seven


def give(value: object) -> Callable[[], Given]:
    def build() -> Given:
        return Given(lambda: value)

    return build


def amiss(asked: Question, solution: str = "") -> list[str]:
    return [problem.splitlines()[0] for problem in prove(asked, solution).amiss]


def complete() -> Question:
    asked = declared()
    asked.right(give(7))
    asked.right(give(True + 6))
    for value in (6, 8, "seven", None):
        asked.wrong(f"saw `{value!r}`")(give(value))
    return asked


def test_what_holds_has_nothing_amiss() -> None:
    proof = prove(complete())
    assert proof.amiss == []
    assert len(proof.seconds) == 7


def test_too_few_answers_and_hints_are_counted() -> None:
    assert amiss(declared(hints=("Count.",))) == [
        "0 right answers, and not 2",
        "0 wrong answers, and not 4",
        "1 hints, and not 2",
    ]


def test_a_right_answer_must_pass() -> None:
    asked = complete()
    asked.right(give(8))
    assert amiss(asked) == ["right, and does not pass: build"]


def test_a_wrong_answer_must_not_pass() -> None:
    asked = complete()
    asked.wrong("saw")(give(7))
    assert amiss(asked) == ["wrong, and not rejected as such: build"]


def test_a_wrong_answer_must_not_count_as_blank() -> None:
    def build() -> Given:
        def answer() -> None:
            raise NotImplementedError

        return Given(answer)

    asked = complete()
    asked.wrong("NotImplementedError")(build)
    assert amiss(asked) == ["wrong, and not rejected as such: build"]


def test_a_wrong_answer_must_earn_its_message() -> None:
    asked = complete()
    asked.wrong("saw `9`")(give(10))
    assert amiss(asked) == ["wrong, and not told 'saw `9`': build"]


def test_two_wrong_answers_must_not_be_told_the_same() -> None:
    def another() -> Given:
        return Given(lambda: 6)

    asked = complete()
    asked.wrong("saw `6`")(another)
    assert amiss(asked) == ["wrong, and told what 'build' is told: another"]


def test_a_blank_must_be_no_attempt() -> None:
    asked = complete()
    asked.blank(give(0))
    assert amiss(asked) == ["blank, and taken for an attempt"]


def test_no_outcome_and_no_early_hint_gives_the_solution() -> None:
    line = "the days of a week, which are seven"
    asked = complete()
    asked.wrong("seven")(give(line))
    assert amiss(asked, f"def seven():\n    {line}") == ["wrong, and told the answer: build"]
    hinted = declared(hints=(f"Write {line}.", "Or so."))
    assert amiss(hinted, line)[-1] == "a hint before the last gives a line of the solution"
