"""How much load there may be: a slip of the finger must not take the machine down."""

from __future__ import annotations

import math
from typing import ClassVar

ARRIVALS = ("constant", "poisson")
"""How requests come that have a rate: one after each equal interval, or at random, as from many people."""


class Limits:
    """The most that one load may ask for."""

    requests: ClassVar[int] = 500_000
    duration: ClassVar[float] = 60.0
    warmup: ClassVar[float] = 30.0
    rate: ClassVar[float] = 10_000.0
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

    @classmethod
    def check_pace(
        cls, rate: float | None, arrivals: str, warmup: float, requests: int | None, duration: float | None
    ) -> None:
        """Raise `ValueError` for a rate, or a warm-up, that is beyond them or makes no sense."""
        if warmup != 0:
            _seconds("warmup", warmup, cls.warmup)
        if arrivals not in ARRIVALS:
            raise ValueError(f"arrivals={arrivals!r}: {' or '.join(map(repr, ARRIVALS))}.")
        if rate is None:
            if arrivals != ARRIVALS[0]:
                raise ValueError(f"arrivals={arrivals!r} needs a rate=, in requests per second.")
            return
        if not _is_number(rate) or not 0 < rate <= cls.rate:
            raise ValueError(f"rate={rate!r}: more than 0 requests per second, and at most {cls.rate:,.0f}.")
        if duration is None and requests is not None and requests / rate > cls.duration:
            raise ValueError(
                f"requests={requests} at rate={rate:g} take {requests / rate:,.0f} s: a load lasts at most"
                f" {cls.duration:g} s. Ask for fewer, or at a higher rate."
            )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _count(name: str, number: int, most: int) -> None:
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= most:
        raise ValueError(f"{name}={number!r}: a whole number from 1 to {most:,}.")


def _seconds(name: str, number: float, most: float) -> None:
    if not _is_number(number):
        raise ValueError(f"{name}={number!r}: a number of seconds, at most {most:g}.")
    if not 0 < number <= most:
        raise ValueError(f"{name}={number!r}: more than 0 seconds, and at most {most:g}.")
