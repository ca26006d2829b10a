"""How slow this machine is just now, by a piece of work of which it is known how long it usually takes."""

from __future__ import annotations

from time import perf_counter

_STEPS = 1_000_000
# What an ordinary core that has nothing else to do takes for it, with something to spare.
_USUAL = 0.1
_MOST = 4.0


def slowness() -> float:
    """Return how many times as long as usual this machine takes for its work, from 1 to 4."""
    began = perf_counter()
    steps = 0
    for step in range(_STEPS):
        steps += step
    return min(max(1.0, (perf_counter() - began) / _USUAL), _MOST)
