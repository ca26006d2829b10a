from __future__ import annotations

import os
import signal
import sys
import time

import pytest
from support.families import Recorder
from support.waiting import gone, wait_for

from labapp.observe.feed import FeedEnded, LogLines, TreeChanged
from labapp.observe.kernel.announcers import open_announcer


def announced() -> bool:
    """Tell whether the kernel announces process events here."""
    try:
        open_announcer("netlink").close()
    except OSError:
        return False
    return True


needs_netlink = pytest.mark.skipif(
    sys.platform != "linux" or not announced(), reason="the kernel does not announce process events here"
)
# What needs root is the kernel's announcement of every birth and death.
either = pytest.mark.parametrize(
    "events", [pytest.param("netlink", marks=[pytest.mark.root, needs_netlink]), "exits"]
)


@either
def test_a_death_and_the_successor_are_told(prefork, follow, events):
    family = prefork(3)
    _, recorder = follow(family, events)
    victim = family.tree().find("W2").pid
    os.kill(victim, signal.SIGKILL)
    recorder.wait(
        lambda: victim in recorder.exits and victim not in recorder.pids and len(recorder.pids) == 4
    )
    assert list(recorder.exits) == [victim]
    assert recorder.exits[victim] in (-9, None)
    # It goes ahead; whoever was born of it comes with what is looked at later.
    before = recorder.pids_at_exit(victim)
    assert before - recorder.pids == {victim}
    assert len(recorder.pids - before) == 1


@pytest.mark.root
@needs_netlink
def test_how_a_process_ended_is_told_where_the_kernel_announces(prefork, follow):
    family = prefork(2)
    _, recorder = follow(family, "netlink")
    one, other = family.tree().workers
    os.kill(one.pid, signal.SIGTERM)
    os.kill(other.pid, signal.SIGUSR1)
    recorder.wait(lambda: len(recorder.exits) == 2)
    assert recorder.exits == {one.pid: -15, other.pid: 3}


@either
def test_a_birth_is_told(prefork, follow, events):
    family = prefork(1)
    _, recorder = follow(family, events)
    os.kill(family.tree().master.pid, signal.SIGTTIN)
    recorder.wait(lambda: len(recorder.pids) == 3)
    recorder.wait(lambda: len(recorder.lines) == 2)
    assert recorder.exits == {}


@either
def test_a_stopped_worker_is_told(prefork, follow, events):
    family = prefork(2)
    _, recorder = follow(family, events)
    worker = family.tree().workers[0].pid

    def state() -> str:
        return next(p.state for p in recorder.trees[-1] if p.pid == worker)

    os.kill(worker, signal.SIGSTOP)
    recorder.wait(lambda: state() == "stopped")
    os.kill(worker, signal.SIGCONT)
    recorder.wait(lambda: state() == "sleeping")


def test_cpu_is_told_now_and_then(family, follow):
    busy = family(sys.executable, "-c", "while True: pass")
    wait_for(lambda: len(busy.read()) == 1)
    _, recorder = follow(busy)
    recorder.wait(lambda: recorder.trees[-1][0].cpu > 0.1)


def test_nothing_is_said_while_nothing_happens(prefork, follow):
    family = prefork(3)
    _, recorder = follow(family)
    # Its start has been told once a second has passed without a message.
    until = time.monotonic() + 10
    said = -1
    while said != len(recorder.messages):
        assert time.monotonic() < until
        said = len(recorder.messages)
        time.sleep(1.0)


@either
def test_a_late_subscriber_gets_what_there_is(prefork, follow, events):
    family = prefork(2)
    feed, first = follow(family, events)
    first.wait(lambda: len(first.lines) == 2)
    late = Recorder()
    feed.subscribe(late)
    late.wait(lambda: len(late.messages) >= 2)
    assert isinstance(late.messages[0], TreeChanged)
    assert late.pids == first.pids
    assert isinstance(late.messages[1], LogLines)
    assert late.lines == first.lines
    os.kill(family.tree().workers[0].pid, signal.SIGKILL)
    late.wait(lambda: len(late.exits) == 1 and len(late.lines) == 3)
    first.wait(lambda: len(first.exits) == 1 and len(first.lines) == 3)


def test_the_last_subscriber_takes_the_sampler_along(prefork, follow):
    family = prefork(1)
    feed, recorder = follow(family)
    other = Recorder()
    leave = feed.subscribe(other)
    other.wait(lambda: other.messages)
    sampler = feed.pid
    leave()
    assert feed.pid == sampler
    feed.close()
    wait_for(lambda: gone(sampler))
    assert recorder.messages[-1] == FeedEnded("")
    assert not other.ended
    # A subscriber that comes after the end starts it anew, and may leave at once.
    leave = feed.subscribe(other)
    sampler = feed.pid
    leave()
    leave()
    assert feed.pid is None
    wait_for(lambda: gone(sampler))


def test_a_subscriber_that_fails_is_dropped_and_the_others_are_not(prefork, follow):
    family = prefork(1)
    feed, recorder = follow(family)

    def fail(message: object) -> None:
        raise ValueError("not today")

    feed.subscribe(fail)
    os.kill(family.tree().master.pid, signal.SIGTTIN)
    recorder.wait(lambda: len(recorder.pids) == 3)
    assert [str(error) for error in feed.errors] == ["not today"]


@either
def test_the_feed_ends_with_the_root(prefork, follow, events):
    family = prefork(2)
    feed, recorder = follow(family, events)
    members = recorder.pids
    family.root.stdin.close()
    recorder.wait(lambda: recorder.ended)
    assert recorder.pids == set()
    assert set(recorder.exits) == members
    assert recorder.messages[-1] == FeedEnded("the server is gone")
    # Whoever comes now is told just that.
    late = Recorder()
    feed.subscribe(late)
    late.wait(lambda: late.ended)
    assert late.trees == [[]]
    assert late.lines == recorder.lines


def test_a_sampler_that_hangs_does_not_hang_the_caller(prefork, follow):
    feed, recorder = follow(prefork(1))
    os.kill(feed.pid, signal.SIGSTOP)
    feed.close()
    assert recorder.ended


def test_a_sampler_that_fails_says_why(prefork, follow, monkeypatch):
    family = prefork(1)
    feed, _ = follow(family)
    feed.close()
    monkeypatch.setenv("LABAPP_EVENTS", "telepathy")
    feed._events = None
    recorder = Recorder()
    feed.subscribe(recorder)
    recorder.wait(lambda: recorder.ended)
    assert "telepathy" in recorder.messages[-1].reason


@either
def test_a_storm_is_told_in_a_bounded_number_of_lines(family, follow, events):
    storm = family("storm", "2")
    wait_for(storm.read)
    began = time.monotonic()
    _, recorder = follow(storm, events)
    recorder.wait(lambda: "calm" in recorder.lines)
    recorder.wait(lambda: len(recorder.pids) == 1)
    assert len(recorder.trees) <= 50 * (time.monotonic() - began) + 10


def test_a_burst_of_log_lines_arrives_in_order_and_bounded(family, follow):
    code = "import sys\nfor n in range(200000): print(n, file=sys.stderr)\nsys.stderr.flush(); input()"
    server = family(sys.executable, "-c", code)
    _, recorder = follow(server)
    recorder.wait(lambda: "199999" in recorder.lines)
    numbers = [int(line) for line in recorder.lines if line.isdigit()]
    assert numbers == sorted(numbers)
    assert all(len(message.lines) <= 500 for message in recorder.messages if isinstance(message, LogLines))


def test_a_rotated_log_is_followed(prefork, follow):
    family = prefork(1)
    _, recorder = follow(family)
    recorder.wait(lambda: recorder.lines)
    family.log.rename(family.log.with_suffix(".old"))
    family.log.write_text("a new page\n")
    recorder.wait(lambda: recorder.lines[-1] == "a new page")
