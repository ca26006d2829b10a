"""Checks of the lesson on load tests: four functions, a load test that sees a stall, a server for a load."""

from __future__ import annotations

import math
import numbers
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from itertools import accumulate
from pathlib import Path
from typing import Any

from labapp import lab
from labapp.course.exercise import expect, fail, question, returned, unattempted

SHOP = ("gunicorn", "shop:app", "--pythonpath", str(Path(__file__).parent))
TOO_LITTLE = re.compile(r"gunicorn shop:app --pythonpath \S+ --workers 2")


def is_number(value: object) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


# 1. Since they were due.


TOLD = (
    ([(0, 0.2), (1, 3.0), (3, 3.2)], 1, [0.2, 2.0, 1.2]),
    ([(5.0, 5.1), (5.5, 5.6), (6.0, 6.1)], 0.5, [0.1, 0.1, 0.1]),
    ([(10, 12.5), (12.5, 12.6), (12.6, 12.7), (13, 13.1)], 1, [2.5, 1.6, 0.7, 0.1]),
)


@question(1, section="One stall, counted three ways")
def latencies_since_due(since_due: Callable[..., Any]) -> None:
    """Counts from when each was due, also for those that were due during a stall."""
    for sendings, interval, wanted in TOLD:
        told = since_due(sendings, interval)
        returned(told, "a list of latencies")
        expect(
            isinstance(told, Sequence) and len(told) == len(wanted) and all(map(is_number, told)),
            f"a latency for each of the {len(wanted)} requests",
            told,
        )
        expect(
            all(math.isclose(one, other, abs_tol=1e-6) for one, other in zip(told, wanted, strict=True)),
            f"`since_due({sendings}, {interval})`: the time since each was due",
            [round(one, 3) for one in told],
        )


# 2. All machines together.


MACHINES = (
    ([{20: 99}, {500: 1}], 99, 20),
    ([{20: 99}, {500: 1}], 100, 500),
    ([{10: 900}, {10: 50, 300: 50}], 96, 300),
    ([{10: 900}, {10: 50, 300: 50}], 95, 10),
    ([{40: 5, 10: 5}, {30: 5, 20: 5}], 50, 20),
    ([{10: 50}, {10: 30, 90: 20}, {90: 10}], 72, 10),
    ([{10: 50}, {10: 30, 90: 20}, {90: 10}], 73, 90),
)


@question(2, section="Percentiles, and how not to average them")
def all_together(together: Callable[..., Any]) -> None:
    """Takes the percentile of all answers, not of the machines' percentiles."""
    for machines, percent, wanted in MACHINES:
        told = together(machines, percent)
        returned(told, "a number of ms")
        expect(is_number(told), "a number of ms", told)
        expect(
            told == wanted, f"`together({machines}, {percent})`: the time of all machines", saw=f"{told:g} ms"
        )


# 3. How long they will be there.


QUEUES = (
    (10, 0.05, 1, 0.1),
    (1, 0.05, 1, 0.05 / 0.95),
    (90, 0.01, 1, 0.1),
    (20, 0.05, 1, math.inf),
    (150, 0.05, 2, math.inf),
    (20, 0.05, 2, 0.2 / 3),
    (50, 0.05, 4, 0.060661),
    (40, 0.02, 3, 0.020378),
)


@question(3, section="Why the line bends: queues")
def time_in_queue(mean_time: Callable[..., Any]) -> None:
    """Predicts the mean time at one worker and at several, and knows where there is none."""
    for rate, service, workers, wanted in QUEUES:
        told = mean_time(rate, service, workers)
        returned(told, "a number of seconds")
        expect(is_number(told), "a number of seconds", told)
        expect(
            told == wanted if math.isinf(wanted) else abs(told - wanted) <= wanted * 0.01,
            f"`mean_time({rate}, {service}, {workers})`: the mean time, waiting included",
            saw=f"{told:.4g} s",
        )


# 4. Can it be true?


REPORTS = (
    ((50, 1, 80, 0.02), False),
    ((50, 1, 49, 0.02), True),
    ((200, 0, 1000, 0.05), False),
    ((200, 0, 1000, 0.2), True),
    ((10, 0.5, 25, 0.01), False),
    ((100, 2, 48, 0.1), True),
    ((100, 2, 30, 0.1), False),
    ((100, 1, 88, 0.03), False),
)


@question(4, section="Three numbers that must agree")
def reports_that_add_up(believable: Callable[..., Any]) -> None:
    """Holds the four figures of a report against each other, in both directions."""
    for figures, wanted in REPORTS:
        told = believable(*figures)
        returned(told, "True or False")
        expect(isinstance(told, bool), "True or False", told)
        expect(told == wanted, f"`believable{figures}` is {wanted}", told)


# 5. A test that sees the stall.


BLIND = {"concurrency": 1, "duration": 3}
MOST = 300


@question(5, seconds=20, section="One stall, counted three ways")
def sees_the_stall(how: Mapping[str, Any]) -> None:
    """Reports the people who wait during a stall of one second, and that most of the others do not."""
    expect(isinstance(how, Mapping), "a dictionary of arguments", how)
    if dict(how) == BLIND:
        unattempted("The arguments are as they were.")
    with lab.launch(SHOP) as web:
        load = stalled(web, how)
    sent = len(load.exchanges)
    expect(30 <= sent <= MOST, f"from 30 to {MOST} requests", saw=f"{sent}")
    waited = [latency for latency in load.latencies if latency > 0.3]
    expect(load.median < 0.2, "most requests answered quickly", saw="that half of them took 0.2 s or more")
    expect(
        len(waited) * 7 >= sent,
        "one in seven that waits for more than 0.3 s",
        saw=f"fewer: with {', '.join(f'{name}={value}' for name, value in how.items())}",
    )
    expect(
        load.rate is not None,
        "a test in which people come whether the server answers or not",
        saw="a closed loop, whose connections wait with the server",
    )


def stalled(web: lab.Server, how: Mapping[str, Any]) -> Any:
    """Send the load, and stall the server for a second while it runs."""
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(lab.load, web, "/fixed?0.02", **{"progress": False, **how})
        wait([sending], 0.3)  # What lab.load does not take it refuses at once.
        if not sending.done():
            with suppress(TimeoutError):  # A load of few requests has an end of its own.
                web.timeline.wait_for(lambda known: len(known.requests()) > 15, timeout=4)
            web.get("/fixed?1")
    try:
        return sending.result()
    except (TypeError, ValueError) as error:
        fail("arguments that `lab.load` takes", saw=str(error))


# 6. A server for this load.


PLACES = 6
LATEST = 0.4


@question(6, seconds=25, section="Why the line bends: queues")
def a_server_for_this(command: Any) -> None:
    """Answers 95 % within 0.4 s at 60 per second, with at most six places."""
    if TOO_LITTLE.fullmatch(str(command)):
        unattempted("The command is as it was.")
    expect(isinstance(command, str | list | tuple) and command, "a command", command)
    try:
        web = lab.launch(command, timeout=10)
    except lab.LaunchError as error:
        fail("a server that starts", saw=error.summary)
    with web:
        lab.load(web, "/fixed?0.1", requests=16, concurrency=16, progress=False)
        crowd = most_at_once(web.timeline.wait_for(requests=16))
        expect(crowd <= PLACES, f"at most {PLACES} requests served at a time", saw=f"{crowd}")
        load = lab.load(web, "/random?0.05", rate=60, arrivals="poisson", seed=4, duration=3, progress=False)
    expect(not load.errors and set(load.statuses) == {200}, "an answer to every request", saw=load.outcome)
    expect(
        load.p95 <= LATEST,
        f"95 % of the answers within {LATEST} s",
        saw=f"{load.p95:.2f} s, with {crowd} at a time",
    )


def most_at_once(known: Any) -> int:
    """Return how many requests were served at the same moment, at the most."""
    moments = [(one.begin, 1) for one in known.requests()]
    moments += [(one.end, -1) for one in known.requests() if one.end is not None]
    return max(accumulate(change for _, change in sorted(moments)), default=0)
