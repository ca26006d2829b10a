"""How `checks.py` declares a question and its check; its hints stand in `hints.md`.

@question(1, section="The smallest application")
def hello(application):
    "Answers `/` with a greeting."
    expect(...)
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_FUNCTION = re.compile(r"([a-z.]+\.)?Callable\[")


class Given:
    """The arguments of one `exercise.check`, its number apart."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.args = args
        self.kwargs = kwargs


@dataclass(slots=True)
class Question:
    """A question's check, which raises when the answer is wrong, and everything that goes with it."""

    number: int
    check: Callable[..., None]
    section: str
    seconds: float = 2.0
    hints: tuple[str, ...] = ()
    """From a nudge to almost the answer."""

    @property
    def file(self) -> str:
        """The file in which the check is written."""
        return self.check.__code__.co_filename

    def bind(self, given: Given) -> None:
        """Raise TypeError, in terms of the notebook, unless the check takes these arguments."""
        signature = inspect.signature(self.check)
        try:
            signature.bind(*given.args, **given.kwargs)
        except TypeError as error:
            names = "".join(f", {name}" for name in signature.parameters)
            raise TypeError(f"write exercise.check({self.number}{names}): {error}") from None

    def functions(self, given: Given) -> Iterator[object]:
        """Yield what is given where the check is going to call a function."""
        signature = inspect.signature(self.check)
        for name, value in signature.bind(*given.args, **given.kwargs).arguments.items():
            if _FUNCTION.match(str(signature.parameters[name].annotation)):
                yield value


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
