"""Made-up figures of an examination."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from labapp.examine.figures import Figures, Probe, Trial
from labapp.examine.machine import Machine
from labapp.load import Exchange, Load, Step, Steps
from labapp.servers import Size

MB = 1_000_000


def made_trial(workers: int | None, threads: int | None, rate: float, busy: float = 0.1) -> Trial:
    """Return a trial of one path, whose processes take 20 MB each and 10 MB beside them."""
    memory = (*[20 * MB] * (workers or 1), 10 * MB)
    return Trial(
        Size(workers, threads), "", {"/": rate}, {"/": 0.05}, memory, workers=workers or 0, busy=busy
    )


def made_steps(capacity: float) -> Steps:
    """Return the steps of a server that answers so many requests per second, and no more."""
    steps = []
    for rate in (capacity / 2, capacity, 2 * capacity):
        answered = min(rate, capacity)
        told = [Exchange(0, n / rate, n / answered + 0.01, 200, 4, "") for n in range(20)]
        steps.append(Step(rate, Load(tuple(told), f"GET /, {rate:g} per second", rate=rate)))
    return Steps(tuple(steps))


@pytest.fixture
def trial() -> Callable[..., Trial]:
    return made_trial


@pytest.fixture
def figures() -> Figures:
    """Figures of one worker that waits, and of two other sizes."""
    found = Figures("gunicorn shop:app", Size(1, 1), Machine(2, 4000 * MB))
    found.probes = {"/": Probe("/", 200, 0.025), "/old": Probe("/old", 302, 0.002, "/new")}
    found.trials = [made_trial(1, 1, 40), made_trial(1, 4, 160), made_trial(2, 4, 165)]
    found.knees = {"/": made_steps(40)}
    found.timeouts = {"--timeout": 30.0, "--graceful-timeout": 30.0}
    found.slowest = (0.08, "/")
    found.requests, found.seconds = 1234, 11.6
    return found
