"""Acts that take as long as they take, a server's start and end: limits on a learner's code let them be."""

from collections.abc import Callable
from types import CodeType
from typing import TypeVar

_F = TypeVar("_F", bound=Callable[..., object])
_codes: set[CodeType] = set()


def unhurried(function: _F) -> _F:
    """Declare that a function is such an act, and return it as it is."""
    _codes.add(function.__code__)
    return function


def is_unhurried(code: CodeType) -> bool:
    """Tell whether this is the code of such an act."""
    return code in _codes
