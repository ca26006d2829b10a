"""How much load there may be: a slip of the finger must not take the machine down."""

from __future__ import annotations

import math
from typing import ClassVar


class Limits:
    """The most that one load may ask for."""

    requests: ClassVar[int] = 500_000
    duration: ClassVar[float] = 60.0
    concurrency: ClassVar[int] = 1_000
    timeout: ClassVar[float] = 60.0
    body: ClassVar[int] = 10_000_000

    @classmethod
    def check(
        cls, requests: int | None, duration: float | None, concurrency: int, timeout: float, body: int
    ) -> None:
        """Raise `ValueError` for what is beyond them, or below what makes sense."""
        _count("requests", 1 if requests is None else requests, cls.requests)
        _count("concurrency", concurrency, cls.concurrency)
        _seconds("duration", 1.0 if duration is None else duration, cls.duration)
        _seconds("timeout", timeout, cls.timeout)
        if body > cls.body:
            raise ValueError(f"A body of {body:,} bytes: at most {cls.body:,} are sent with each request.")


def _count(name: str, number: int, most: int) -> None:
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= most:
        raise ValueError(f"{name}={number!r}: a whole number from 1 to {most:,}.")


def _seconds(name: str, number: float, most: float) -> None:
    if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
        raise ValueError(f"{name}={number!r}: a number of seconds, at most {most:g}.")
    if not 0 < number <= most:
        raise ValueError(f"{name}={number!r}: more than 0 seconds, and at most {most:g}.")
