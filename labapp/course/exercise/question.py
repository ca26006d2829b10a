"""How `checks.py` declares a question and its check; its hints stand in `hints.md`.

    @question(1, section="The smallest application")
    def hello(application):
        "Answers `/` with a greeting."
        expect(...)

    @hello.right
    def a_generator():
        def application(environ, start_response): ...
        return application

    @hello.wrong("a chunk of `str`")
    def text_for_bytes(): ...

What an answer function returns is what the notebook passes to `exercise.check(1, …)`: one value, or
`Given(…)` for several. One that needs a server yields inside its `with` block instead.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

Build = Callable[[], Any]
_B = TypeVar("_B", bound=Build)


class Given:
    """The arguments of one `exercise.check`, its number apart."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.args = args
        self.kwargs = kwargs


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that a learner might give; a wrong one comes with what the outcome must say of it."""

    build: Build
    message: str = ""

    @property
    def name(self) -> str:
        """The name of the function that builds it, in words."""
        return self.build.__name__.replace("_", " ")

    @contextmanager
    def given(self) -> Iterator[Given]:
        """Build the answer, and hold what it needs while the block runs."""
        if inspect.isgeneratorfunction(self.build):
            with contextmanager(self.build)() as value:
                yield value if isinstance(value, Given) else Given(value)
        else:
            value = self.build()
            yield value if isinstance(value, Given) else Given(value)


@dataclass(slots=True)
class Question:
    """A question's check, which raises when the answer is wrong, and everything that goes with it."""

    number: int
    check: Callable[..., None]
    section: str
    seconds: float = 2.0
    hints: tuple[str, ...] = ()
    """From a nudge to almost the answer."""
    right_answers: list[Answer] = field(default_factory=list)
    wrong_answers: list[Answer] = field(default_factory=list)
    blank_answer: Answer | None = None

    @property
    def file(self) -> str:
        """The file in which the check is written."""
        return self.check.__code__.co_filename

    def right(self, build: _B) -> _B:
        """Declare an answer that must pass."""
        self.right_answers.append(Answer(build))
        return build

    def wrong(self, message: str) -> Callable[[_B], _B]:
        """Declare an answer that must not pass; the outcome must say `message`, and say it of no other."""
        if not message:
            raise ValueError(f"question {self.number}: a wrong answer needs the message that it earns")

        def declare(build: _B) -> _B:
            self.wrong_answers.append(Answer(build, message))
            return build

        return declare

    def blank(self, build: _B) -> _B:
        """Declare what the untouched notebook passes, where that is not a stub that raises when called."""
        self.blank_answer = Answer(build)
        return build

    def bind(self, given: Given) -> None:
        """Raise TypeError, in terms of the notebook, unless the check takes these arguments."""
        signature = inspect.signature(self.check)
        try:
            signature.bind(*given.args, **given.kwargs)
        except TypeError as error:
            names = "".join(f", {name}" for name in signature.parameters)
            raise TypeError(f"write exercise.check({self.number}{names}): {error}") from None

    @property
    def answers(self) -> frozenset[str]:
        """The names, as Python qualifies them, of all functions that build answers."""
        every = [*self.right_answers, *self.wrong_answers]
        if self.blank_answer:
            every.append(self.blank_answer)
        return frozenset(answer.build.__qualname__ for answer in every)


def question(
    number: int, *, section: str, hints: Sequence[str] = (), seconds: float = 2.0
) -> Callable[[Callable[..., None]], Question]:
    """Declare question `number`; what is decorated becomes its check.

    `section` is the lesson's heading to look at again; `seconds` bounds the check, the start and end of
    servers apart.
    """
    if number < 1:
        raise ValueError(f"question {number}: questions are numbered from 1")
    if not section:
        raise ValueError(f"question {number}: name the section of the lesson that helps")

    def declare(check: Callable[..., None]) -> Question:
        return Question(number, check, section, seconds, tuple(hints))

    return declare
