"""When the sampler looks next."""

from __future__ import annotations

# What belongs together comes within this: a death and its reaping, a program's start and its new name.
_QUIET = 0.002
_AT_MOST = 0.010
# A death that was told goes through half a dozen processes until it is seen: they have the processors first.
_PASSES = 0.008
# After a change there is often another: seconds between the looks that follow it.
_AGAIN = (0.004, 0.008, 0.016, 0.032, 0.064, 0.128)
# In a storm so many looks a second, after a first few at once, some of them kept for what is announced.
_RATE = 50.0
_AT_ONCE = 6.0
_KEPT = 3.0
# States (stopped, zombie) are announced by nobody.
_STATES = 0.25
_METRICS = 1.0
# Looking for what nobody announces may take this share of a core.
_SHARE = 0.01


class SampleSchedule:
    """Decides, given the time in seconds, when to sample: soon after an announcement, else now and then."""

    def __init__(self, now: float) -> None:
        self._announced: float | None = None
        self._asked = now
        self._forked = False
        self._again: list[float] = []
        self._look = now
        self._metrics = now
        self._tokens = _AT_ONCE
        self._counted = now
        self._passed: float | None = None  # When the death that was told has passed.

    @property
    def expectant(self) -> bool:
        """Whether an announcement has not been followed yet."""
        return self._announced is not None

    def announced(self, now: float, *, forked: bool = False) -> None:
        """Note that something happened: look at a newborn at once, at what else when it is quiet again."""
        if self._announced is None:
            self._announced = now
        self._forked |= forked
        quiet = min(now + _QUIET, self._announced + _AT_MOST)
        self._asked = self._announced if self._forked else quiet

    def told(self, now: float) -> None:
        """Note that a death was told; of several before the next look, the first counts."""
        if self._passed is None:
            self._passed = now + _PASSES

    def busy(self, now: float) -> float:
        """Return for how many seconds nothing else is to be looked at, for what was told is on its way."""
        return 0.0 if self._passed is None else max(0.0, self._passed - now)

    def sampled(self, now: float, cost: float, changed: bool) -> None:
        """Note that a sample was taken, what it cost in seconds, and whether it found a change."""
        self._refill(now)
        self._tokens -= 1.0
        self._announced, self._forked, self._passed = None, False, None
        self._again = (
            [now + cost + after for after in _AGAIN] if changed else [t for t in self._again if t > now]
        )
        self._look = now + max(_STATES, cost / _SHARE)
        if self._metrics <= now:
            self._metrics = now + max(_METRICS, cost / _SHARE)

    def wants_metrics(self, now: float) -> bool:
        """Tell whether CPU and memory are due."""
        return self._metrics <= now

    def next(self, now: float) -> float:
        """Return when the next sample is due, possibly in the past."""
        self._refill(now)
        due = self._affordable(min(self._look, self._metrics, *self._again[:1]), now, 1.0 + _KEPT)
        if self._announced is not None:
            due = min(due, self._affordable(self._asked, now, 1.0))
        return due

    def _affordable(self, due: float, now: float, tokens: float) -> float:
        """Return when a look is due that leaves the rest of so many tokens, one of which it takes."""
        return due if self._tokens >= tokens else max(due, now + (tokens - self._tokens) / _RATE)

    def _refill(self, now: float) -> None:
        self._tokens = min(_AT_ONCE, self._tokens + (now - self._counted) * _RATE)
        self._counted = now
