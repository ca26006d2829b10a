"""When the requests of an open loop are due."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from random import Random

from labapp.load.order import Order


def arrivals(order: Order) -> Iterator[float]:
    """Yield when each request is due, in s since the load began; those before `warmup` are not counted.

    At random is a Poisson process: the gaps are exponential, as where many people come who do not know of
    each other.
    """
    counted = 0
    for due in _at_random(order) if order.arrivals == "poisson" else _evenly(order):
        if counted == order.most or due >= order.warmup + order.seconds:
            return
        counted += due >= order.warmup
        yield due


def _evenly(order: Order) -> Iterator[float]:
    assert order.rate is not None
    # Multiplied, not added up: the thousandth gap is as exact as the first.
    return (number / order.rate for number in count())


def _at_random(order: Order) -> Iterator[float]:
    assert order.rate is not None
    chance, due = Random(order.seed), 0.0
    while True:
        due += chance.expovariate(order.rate)
        yield due
