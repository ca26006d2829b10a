"""Query parameters that are what the view needs, or a 400 that says what was expected."""

from __future__ import annotations

import re
from reprlib import repr as shortened

from flask import request
from werkzeug.exceptions import BadRequest

# Narrower than float() and int(), which also take "nan", "1_000", " 5 " and digits of other scripts.
DECIMAL = re.compile(r"[0-9]*\.?[0-9]+")
DIGITS = re.compile(r"[0-9]+")


def number(name: str, *, default: float, low: float, high: float) -> float:
    """Return parameter `name` of the current request, from `low` to `high`; BadRequest if it is not that."""
    given = _given(name, DECIMAL, low, high, f"a number from {low:g} to {high:g}")
    return default if given is None else given


def whole(name: str, *, default: int, low: int, high: int) -> int:
    """Return parameter `name` as `number` does, but a whole number."""
    given = _given(name, DIGITS, low, high, f"a whole number from {low} to {high}")
    return default if given is None else int(given)


def _given(name: str, form: re.Pattern[str], low: float, high: float, expected: str) -> float | None:
    given = request.args.getlist(name)
    if not given:
        return None
    if len(given) > 1:
        raise BadRequest(f"{name}: expected {expected}, once, got it {len(given)} times")
    # Too many digits for a float make infinity, which is above any `high`.
    if form.fullmatch(given[0]) and low <= float(given[0]) <= high:
        return float(given[0])
    raise BadRequest(f"{name}: expected {expected}, got {shortened(given[0])}")
