from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from support.waiting import wait_for

from labapp.views.live import repaint_throttle
from labapp.views.live.repaint_throttle import BURST, SHARE, RepaintThrottle


class Painter:
    """Counts its paintings, each of which costs processor time."""

    def __init__(self) -> None:
        self.cost = 0.0
        self.again: float | None = None
        self.threads: list[str] = []
        self.spent = 0.0

    def __call__(self) -> float | None:
        begun = time.thread_time()
        while time.thread_time() - begun < self.cost:
            pass
        self.spent += time.thread_time() - begun
        self.threads.append(threading.current_thread().name)
        again, self.again = self.again, None
        return again


@pytest.fixture
def painter() -> Painter:
    return Painter()


@pytest.fixture
def throttled() -> Iterator[Callable[[Callable[[], float | None]], RepaintThrottle]]:
    """Make throttles, and see their threads end."""
    made: list[RepaintThrottle] = []

    def make(paint: Callable[[], float | None]) -> RepaintThrottle:
        made.append(RepaintThrottle(paint))
        return made[-1]

    yield make
    for throttle in made:
        throttle.close()
        if throttle._thread:
            throttle._thread.join(5)
            assert not throttle._thread.is_alive()


def test_a_change_is_painted_at_once_in_the_thread_that_brings_it(throttled, painter):
    throttle = throttled(painter)
    for _ in range(3):
        throttle.request()
    assert painter.threads == ["MainThread"] * 3
    assert throttle._thread is None


def test_a_storm_shares_paintings_and_its_last_change_is_shown(throttled, painter):
    painter.cost = 0.01
    throttle = throttled(painter)
    begun = time.monotonic()
    for _ in range(2000):
        throttle.request()
    elapsed = time.monotonic() - begun
    assert painter.spent <= BURST + elapsed * SHARE + 2 * painter.cost
    seen = len(painter.threads)
    wait_for(lambda: len(painter.threads) > seen, 10, "the last painting")
    assert painter.threads[-1] == "labapp-view"


def test_the_thread_of_one_who_has_nothing_to_paint_ends_and_another_comes(throttled, painter, monkeypatch):
    monkeypatch.setattr(repaint_throttle, "IDLE", 0.02)
    throttle = throttled(painter)
    for number in (1, 2):
        throttle.request(within=0.01)
        wait_for(lambda number=number: len(painter.threads) == number, 5, "the painting")
        wait_for(lambda: throttle._thread is None, 5, "the end of the thread")


def test_what_may_wait_a_little_is_painted_together(throttled, painter):
    throttle = throttled(painter)
    for _ in range(100):
        throttle.request(within=0.05)
    assert painter.threads == []
    wait_for(lambda: painter.threads, 5, "the painting")
    assert painter.threads == ["labapp-view"]


def test_what_cannot_wait_takes_along_what_could(throttled, painter):
    throttle = throttled(painter)
    throttle.request(within=60)
    throttle.request()
    assert painter.threads == ["MainThread"]
    assert throttle._due is None


def test_a_painter_is_called_again_when_it_asks(throttled, painter):
    painter.again = 0.02
    throttled(painter).request()
    wait_for(lambda: len(painter.threads) == 2, 5, "the second painting")
    assert painter.threads == ["MainThread", "labapp-view"]


def test_after_the_end_nothing_is_painted(throttled, painter):
    throttle = throttled(painter)
    throttle.close()
    throttle.request()
    assert painter.threads == []


def test_an_error_is_kept_not_printed(throttled, capsys):
    calls = []

    def paint() -> float | None:
        calls.append(1)
        if len(calls) > 1:
            raise ZeroDivisionError
        return 0.01

    throttle = throttled(paint)
    throttle.request()
    wait_for(lambda: throttle.errors, 5, "the error")
    assert isinstance(throttle.errors[0], ZeroDivisionError)
    assert capsys.readouterr() == ("", "")
