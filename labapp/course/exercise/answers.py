"""How a lesson's `answers.py` declares what proves its checks: right answers pass, wrong ones are told why.

    seconds = Answers(1)

    seconds.wrong("saw 0.5 s, which is too short", ("math.ceil(requests / at_once)", "requests / at_once"))
    seconds.wrong("returns nothing", "print(requests * each)")

    @seconds.wrong("for `threaded.py`")
    def threads_taken_for_workers(server, requests, each, workers): ...

The first right answer is the solution in exercise.md, which is not repeated. `wrong` takes a message: a part
of what the outcome must say of this answer and says of no other. Then, as `right`, it takes one of three:

- changes to that solution: pairs of what stands in it, exactly once, and what is to stand there;
- one text, in place of all that stands between its marks;
- nothing; then it decorates the function or class that the notebook would pass to `exercise.check`.

A text runs where the learner's own does: behind those cells of exercise.md on which the question depends. It
knows their names, and what it launches is stopped after the check.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from textwrap import shorten
from typing import TypeVar, overload

_T = TypeVar("_T", bound=Callable[..., object])
Change = tuple[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """An answer that a learner might give: the solution with changes, unless it has a text or a value."""

    message: str = ""
    """What the outcome must say of a wrong one."""
    changes: tuple[Change, ...] = ()
    text: str = ""
    value: Callable[..., object] | None = None

    @property
    def name(self) -> str:
        """What it is called in a report: by its message, its function, its text, its first change."""
        if self.message:
            return repr(self.message)
        if self.value:
            return getattr(self.value, "__name__", type(self.value).__name__).replace("_", " ")
        if self.text:
            return repr(shorten(self.text, 60))
        return "the solution" + "".join(f", {new!r} for {old!r}" for old, new in self.changes)


class Answers:
    """The answers to one question, by its number."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.right_answers = [Answer()]
        self.wrong_answers: list[Answer] = []
        self.undecorated: list[str] = []
        """Messages of wrong answers that nothing has followed."""

    @overload
    def right(self, value: _T, /) -> _T: ...
    @overload
    def right(self, text: str, /) -> None: ...
    @overload
    def right(self, change: Change, /, *more: Change) -> None: ...
    def right(self, first: _T | str | Change, /, *more: Change) -> _T | None:
        """Declare an answer that must pass."""
        if callable(first):
            self.right_answers.append(Answer(value=first))
            return first
        self.right_answers.append(_written("", first, *more))
        return None

    @overload
    def wrong(self, message: str, /) -> Callable[[_T], _T]: ...
    @overload
    def wrong(self, message: str, text: str, /) -> None: ...
    @overload
    def wrong(self, message: str, change: Change, /, *more: Change) -> None: ...
    def wrong(self, message: str, /, *written: str | Change) -> Callable[[_T], _T] | None:
        """Declare an answer that must not pass."""
        if not message or not isinstance(message, str):
            raise ValueError(f"question {self.number}: a wrong answer begins with the message that it earns")
        if written:
            self.wrong_answers.append(_written(message, *written))
            return None
        self.undecorated.append(message)

        def declare(value: _T) -> _T:
            self.undecorated.remove(message)
            self.wrong_answers.append(Answer(message, value=value))
            return value

        return declare


def _written(message: str, *written: str | Change) -> Answer:
    changes = tuple(each for each in written if not isinstance(each, str))
    if not changes and len(written) == 1:
        return Answer(message, text=str(written[0]))
    if len(changes) < len(written):
        raise ValueError(f"{message!r}: give one text, or changes, each a pair of old and new")
    return Answer(message, changes)
