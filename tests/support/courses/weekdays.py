"""Checks in a file of their own, as checks are."""

from collections.abc import Callable

from labapp.course.exercise import expect, question, unattempted


@question(1, section="A section", hints=("One.", "Two."), seconds=0.2)
def seven(answer: Callable[[], object]) -> None:
    """Counts the days of a week."""
    seen = answer()
    expect(seen == 7, "the number of days in a week", seen)


@question(2, section="A section", hints=("One.",))
def untouched(_answer: object) -> None:
    """Finds nothing changed."""
    unattempted("Nothing has changed.")


@question(3, section="A section", hints=("One.",))
def careless(answer: Callable[[], list[int]]) -> None:
    """Takes for granted that the answer is a list."""
    expect(len(answer()) == 2, "two numbers", 0)


@question(4, section="A section", hints=("One.",), seconds=0.2)
def endless(_answer: object) -> None:
    """Does not end, whatever the answer is."""
    while True:
        pass


@question(5, section="A section", hints=("One.",))
def confused(answer: Callable[[], object]) -> None:
    """Calls a function of its own in a way that this one does not take."""

    def days() -> int:
        return 7

    expect(days(answer) == 7, "seven", 0)  # type: ignore[call-arg]


@question(6, section="A section", hints=("One.",), seconds=20)
def patient(answer: Callable[[], object]) -> None:
    """Counts the days of a week, and gives the answer time."""
    seen = answer()
    expect(seen == 7, "the number of days in a week", seen)
