"""What the notebooks' vocabulary takes: an argument that is none of it is answered in a sentence."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from numbers import Integral, Real
from pathlib import Path
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")
_LONGEST = 60  # Characters of a value that are shown.


class ArgumentError(TypeError, ValueError):
    """An argument of the wrong type or value: what was expected, and what came."""

    def _render_traceback_(self) -> list[str]:
        """Show the notebook's reader the sentence, not the frames of the lab."""
        return [f"\x1b[31m\x1b[1m{type(self).__name__}\x1b[0m: {self}"]


@dataclass(frozen=True, slots=True)
class Expected:
    """What an argument must be, in words, and the test of it."""

    words: str
    fits: Callable[[object], bool]

    def __or__(self, other: Expected) -> Expected:
        return Expected(
            f"{self.words}, or {other.words}", lambda value: self.fits(value) or other.fits(value)
        )


def instance(words: str, *kinds: type) -> Expected:
    """Return what is of one of these classes."""
    return Expected(words, lambda value: isinstance(value, kinds))


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and not math.isnan(value)


def _is_environment(value: object) -> bool:
    if not isinstance(value, Mapping):
        return False
    texts = [text for item in value.items() for text in item]
    return all(isinstance(text, str) and "\0" not in text for text in texts) and not any(
        "=" in name or not name for name in value
    )


NOTHING = Expected("None", lambda value: value is None)
TEXT = instance("a string", str)
FLAG = instance("True or False", bool)
FUNCTION = Expected("a function to call", callable)
NUMBER = Expected("a number", _is_number)
SECONDS = Expected("a number of seconds, 0 or more", lambda value: _is_number(value) and value >= 0)  # type: ignore[operator]
COUNT = Expected(
    "a whole number, 0 or more",
    lambda value: isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= 0,
)
PLACE = instance("a path", str, Path)
PATH = Expected(
    "a path on this server, such as '/ping'",
    lambda value: isinstance(value, str) and not re.match(r"\w+://", value),
)
TARGET = Expected(
    "a path that begins with /, without blanks",
    lambda value: isinstance(value, str) and re.fullmatch(r"/[!-~]*", value) is not None,
)
WORDS = Expected(
    "a list of its words",
    lambda value: isinstance(value, list | tuple) and all(isinstance(word, str) for word in value),
)
ENVIRONMENT = Expected("a mapping of strings to strings, such as {'PORT': '8000'}", _is_environment)


def takes(advice: str = "", /, **expected: Expected) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Have a function's arguments checked; `advice` follows where there are too many."""

    def check(function: Callable[_P, _R]) -> Callable[_P, _R]:
        signature = inspect.signature(function)
        name = function.__name__

        @wraps(function)
        def checked(*args: _P.args, **kwargs: _P.kwargs) -> _R:
            try:
                given = signature.bind(*args, **kwargs).arguments
            except TypeError as error:
                raise ArgumentError(_unbound(name, signature, str(error), advice, expected)) from None
            for argument, what in expected.items():
                if argument in given and not what.fits(given[argument]):
                    raise ArgumentError(
                        f"{name}({argument}=…): expected {what.words}, got {_shown(given[argument])}."
                    )
            return function(*args, **kwargs)

        return checked

    return check


def _unbound(
    name: str, signature: inspect.Signature, error: str, advice: str, expected: Mapping[str, Expected]
) -> str:
    """Say how arguments do not fit a function at all."""
    named = [one.name for one in signature.parameters.values() if one.name != "self"]
    if unknown := re.search(r"unexpected keyword argument '(\w+)'", error):
        import difflib  # noqa: PLC0415 (only what is wrong is paid for)

        close = difflib.get_close_matches(unknown[1], named, n=1)
        hint = f"did you mean {close[0]}?" if close else f"It takes {', '.join(named)}."
        return f"{name}() expected no argument {unknown[1]!r}; {hint}"
    if missing := re.search(r"missing a required (?:keyword-only )?argument: '(\w+)'", error):
        what = f": {expected[missing[1]].words}" if missing[1] in expected else ""
        return f"{name}() expected {missing[1]}{what}; got none."
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    unnamed = [one for one in named if signature.parameters[one].kind is kind]
    most = f"{len(unnamed)} argument{'s' if len(unnamed) != 1 else ''} without a name"
    return f"{name}() expected at most {most}, got more{'; ' if advice else ''}{advice}."


def _shown(value: object) -> str:
    """Return a value and its type; of a long one the beginning."""
    text, kind = repr(value), type(value).__name__
    text = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return text if value is None else f"{text} ({'an' if kind[:1].lower() in 'aeiou' else 'a'} {kind})"
