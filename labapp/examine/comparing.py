"""Which of the sizes that were tried did best, and whether that is sure enough to be advised."""

from __future__ import annotations

from collections.abc import Sequence

from labapp.examine.figures import Trial
from labapp.servers import Size

ALIKE = 0.9
"""The share of the best rate from which a trial is as good: a repeat differs by as much."""
TIMES = 3
"""How often two sizes are measured on a busy machine before one is said to do better."""
_TWICE = 1.5  # Times the rate as given, where there was time for two of them only.
_MOST = 5
_NEAR = 0.6  # Of the best rate: whatever else this machine does can cost a trial so much.
_BEYOND = 1.5  # Times what a size can do by arithmetic: the time of an answer by itself is not that exact.


def fit(trials: Sequence[Trial]) -> list[Trial]:
    """Return those that have figures, in order: the command as given first."""
    return [one for one in trials if not one.failure and one.rate > 0]


def best(trials: Sequence[Trial]) -> Trial | None:
    """Return the trial with the least memory of those that are about as fast as the fastest."""
    found = fit(trials)
    if not found:
        return None
    enough = ALIKE * max(one.rate for one in found)
    return min((one for one in found if one.rate >= enough), key=_cost)


def sure(trials: Sequence[Trial], *, loud: bool) -> Trial | None:
    """Return the best of those that do better than the command as given without a doubt, or that command."""
    found = fit(trials)
    return best([found[0], *(one for one in found[1:] if _surely(one, found[0], loud))]) if found else None


def again(trials: Sequence[Trial]) -> list[Size]:
    """Return the sizes to measure once more: the one as given, and those that could be the best.

    These are the ones that could be, had nothing disturbed them.
    """
    found = fit(trials)
    near = _NEAR * max((one.rate for one in found), default=0.0)
    return [one.size for one in found if one is found[0] or one.rate >= near] if len(found) > 1 else []


def doubtful(trials: Sequence[Trial], *, loud: bool) -> list[Size]:
    """Return two sizes to measure once more, in turn: the one as given and the best, if that may be luck."""
    given, found = next(iter(fit(trials)), None), best(trials)
    if given is None or found is None or found is given or _surely(found, given, loud):
        return []
    return [one.size for one in (given, found) if len(one.rates) < _MOST]


def _surely(one: Trial, given: Trial, loud: bool) -> bool:
    """Whether a size does better than the one as given, or as well with less, each time it was measured."""
    if one.least >= _BEYOND * given.bound:
        return True
    if loud and (times := min(len(one.rates), len(given.rates))) < TIMES:
        return times > 1 and one.least >= _TWICE * given.rate
    return one.least >= (given.rate * ALIKE if _cost(one) < _cost(given) else given.rate / ALIKE)


def _cost(trial: Trial) -> tuple[int, int, int]:
    return trial.size.workers or 1, trial.size.threads or 1, trial.whole_memory
