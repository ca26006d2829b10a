import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from labapp.course.exercise.running import clock, yardstick
from labapp.course.exercise.running import limit as limits
from labapp.course.exercise.running.clock import TimedOut
from labapp.course.exercise.running.learner_frames import Learner
from labapp.course.exercise.running.limit import TimeLimit
from labapp.course.exercise.running.yardstick import slowness
from labapp.servers import is_unhurried
from labapp.servers.running import run
from labapp.servers.stopping import stop
from labapp.servers.unhurried import unhurried

HERE = Learner()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_INSIST", 0.05)


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    before = signal.getsignal(signal.SIGALRM), sys.gettrace(), threading.active_count()
    yield
    assert (signal.getsignal(signal.SIGALRM), sys.gettrace(), threading.active_count()) == before


def loop() -> None:
    while True:
        pass


def spend(seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        pass


def sleep() -> None:
    time.sleep(60)


def wait_for_a_lock() -> None:
    lock = threading.Lock()
    with lock, lock:
        pass


def swallow() -> None:
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


def swallow_again_and_again() -> None:
    while True:
        try:
            try:
                loop()
            except BaseException:
                loop()
            finally:
                loop()
        except BaseException:
            continue


def print_for_ever() -> None:
    with suppress(Exception):
        while True:
            print("again", file=sys.stderr, end="")


def switch_the_alarm_off() -> None:
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.alarm(0)
    sleep()


def handle_the_alarm() -> None:
    signal.signal(signal.SIGALRM, lambda *_: None)
    sleep()


def ignore_the_alarm() -> None:
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    loop()


def struck(work: Callable[[], None], seconds: float = 0.05) -> TimeLimit:
    limit = TimeLimit(seconds, HERE)
    try:
        with pytest.raises(TimedOut), limit:
            work()
    finally:
        limit.close()
    return limit


@pytest.mark.parametrize(
    "work",
    [
        loop,
        sleep,
        wait_for_a_lock,
        swallow,
        swallow_again_and_again,
        print_for_ever,
        switch_the_alarm_off,
        handle_the_alarm,
        ignore_the_alarm,
    ],
)
def test_it_ends_what_does_not_end(work: Callable[[], None], capsys: pytest.CaptureFixture[str]) -> None:
    assert struck(work).strikes >= 1


def test_it_ends_a_loop_in_another_thread() -> None:
    strikes: list[int] = []
    thread = threading.Thread(target=lambda: strikes.append(struck(loop).strikes), daemon=True)
    thread.start()
    thread.join(20)
    assert strikes


def test_in_another_thread_a_call_that_waits_ends_when_it_returns() -> None:
    ended: list[BaseException] = []

    def work() -> None:
        try:
            with TimeLimit(0.01, HERE):
                time.sleep(0.1)
                loop()
        except TimedOut as error:
            ended.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(20)
    assert len(ended) == 1


@pytest.mark.parametrize("main", [True, False])
def test_it_leaves_alone_what_ends_in_time(main: bool) -> None:
    limits_made: list[TimeLimit] = []

    def work() -> None:
        for _ in range(50):
            with TimeLimit(5, HERE) as limit:
                limits_made.append(limit)

    thread = threading.Thread(target=work)
    if main:
        work()
    else:
        thread.start()
        thread.join()
    assert len(limits_made) == 50
    assert not any(limit.strikes for limit in limits_made)


def test_a_strike_at_the_very_end_does_no_harm() -> None:
    for number in range(200):
        seconds = 1e-3 + number * 1e-5
        limit = TimeLimit(seconds, HERE)
        with suppress(TimedOut):
            try:
                with limit:
                    spend(seconds)
            finally:
                limit.close()
        assert signal.getitimer(signal.ITIMER_REAL)[1] == 0


def test_a_timer_that_ran_before_goes_on() -> None:
    rung = threading.Event()
    handler = signal.signal(signal.SIGALRM, lambda *_: rung.set())
    before = signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with TimeLimit(5, HERE):
            assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
        assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= 0.2
        assert rung.wait(20)
    finally:
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, *before)


def test_clearing_up_after_a_strike_is_not_disturbed() -> None:
    cleared = []

    def work() -> None:
        try:
            loop()
        finally:
            # Further strikes fall into this.
            while limit.strikes < 3:
                pass
            cleared.append(True)

    # What stands in the file of the checks is the author's.
    limit = TimeLimit(0.05, Learner(checks=__file__))
    with pytest.raises(TimedOut), limit:
        work()
    assert cleared


def test_the_start_and_the_end_of_a_server_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_unhurried(run.__code__)
    assert is_unhurried(stop.__code__)

    @unhurried
    def launch() -> None:
        time.sleep(0.3)

    with TimeLimit(0.1, HERE) as limit:
        launch()
        time.sleep(0.02)
    assert not limit.strikes
    assert struck(lambda: (launch(), loop())).strikes == 1  # type: ignore[func-returns-value]
    monkeypatch.setattr(limits, "_SLOW_SECONDS", 0.1)
    assert struck(launch).strikes == 1


def test_an_alarm_of_the_learners_neither_strikes_nor_stays() -> None:
    before = signal.setitimer(signal.ITIMER_REAL, 0)
    try:
        with TimeLimit(5, HERE) as limit:
            signal.setitimer(signal.ITIMER_REAL, 0.01)
            spend(0.05)
            signal.setitimer(signal.ITIMER_REAL, 60)
        assert not limit.strikes
        assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, *before)


def test_a_slow_machine_is_given_as_much_longer_as_it_is_slower(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[float] = []

    def thrice() -> float:
        measured.append(3.0)
        return 3.0

    monkeypatch.setattr(yardstick, "slowness", thrice)
    with TimeLimit(0.2, HERE) as limit:
        spend(0.3)
    assert (limit.strikes, limit.slowness) == (0, 3.0)
    began = time.monotonic()
    assert struck(loop).slowness == 3.0
    assert time.monotonic() - began >= 0.15
    assert measured == [3.0, 3.0]


def test_the_machine_is_measured_by_work_of_a_known_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yardstick, "_STEPS", 1000)
    times = iter((10.0, 10.25, 20.0, 20.01, 30.0, 37.0))
    monkeypatch.setattr(yardstick, "perf_counter", lambda: next(times))
    assert [slowness() for _ in range(3)] == [2.5, 1.0, 4.0]
