from __future__ import annotations

import json
import os

import pytest

from labapp.observe.sampler import protocol
from labapp.observe.sampler.changes import Changes
from labapp.observe.sampler.outlet import Outlet
from labapp.observe.sampler.schedule import SampleSchedule


def heard(lines: list[bytes]) -> list[tuple[str, object]]:
    messages = [json.loads(line) for line in lines]
    return [
        ("tree", [row[0] for row in message["processes"]])
        if message["kind"] == "tree"
        else (message["kind"], (message["pid"], message["status"]))
        for message in messages
    ]


def test_a_process_survives_the_wire(process):
    sent = process(11, cpu=0.25, rss=31_000_000, succeeds=4, started=1455.95)
    decoder = protocol.ProcessDecoder()
    (received,) = decoder.decode(json.loads(json.dumps([protocol.encode_process(sent)])))
    assert received == sent
    assert decoder.decode(json.loads(json.dumps([protocol.encode_process(sent)])))[0] is received


def test_noise_is_rounded_away(process):
    assert protocol.encode_process(process(11, cpu=0.2512, rss=31_499_999)) == protocol.encode_process(
        process(11, cpu=0.25, rss=31_000_000)
    )


def test_only_what_changed_is_told(process):
    changes = Changes()
    assert heard(changes.lines(1.0, [process(11)], metrics=False)) == [("tree", [11])]
    assert changes.lines(1.1, [process(11)], metrics=True) == []
    assert changes.lines(1.2, [process(11, cpu=0.5, state="running", threads=4)], metrics=False) == []
    assert heard(changes.lines(1.3, [process(11, cpu=0.5)], metrics=True)) == [("tree", [11])]
    assert heard(changes.lines(1.4, [process(11, cpu=0.5, state="stopped")], metrics=False)) == [
        ("tree", [11])
    ]
    assert heard(changes.lines(1.5, [process(11), process(12)], metrics=False)) == [("tree", [11, 12])]


def test_the_first_sample_is_told_even_when_it_is_empty():
    assert heard(Changes().lines(1.0, [], metrics=False)) == [("tree", [])]


def test_an_ending_is_told_once_before_the_tree_without_it(process):
    changes = Changes()
    changes.lines(1.0, [process(11), process(12), process(13)], metrics=False)
    zombie = process(12, state="zombie")
    lines = changes.lines(1.1, [process(11), zombie, process(13)], metrics=False)
    assert heard(lines) == [("exit", (12, None)), ("tree", [11, 12, 13])]
    assert heard(changes.lines(1.2, [process(11)], metrics=False)) == [("exit", (13, None)), ("tree", [11])]


def test_an_announced_ending_is_told_at_once_and_not_again(process):
    changes = Changes()
    changes.lines(1.0, [process(11), process(12)], metrics=False)
    assert heard(changes.on_exits({12: -9, 99: 0})) == [("exit", (12, -9))]
    assert changes.on_exits({12: -9}) == []
    zombie = process(12, state="zombie")
    assert heard(changes.lines(1.1, [process(11), zombie], metrics=False)) == [("tree", [11, 12])]
    assert heard(changes.lines(1.2, [process(11)], metrics=False)) == [("tree", [11])]


def test_an_ending_announced_while_the_sample_was_taken_is_told_once(process):
    changes = Changes()
    changes.lines(1.0, [process(11), process(12)], metrics=False)
    assert heard(changes.on_exits({12: 3})) == [("exit", (12, 3))]
    assert heard(changes.lines(1.1, [process(11), process(12), process(13)], metrics=False)) == [
        ("tree", [11, 12, 13])
    ]
    assert heard(changes.lines(1.2, [process(11), process(13)], metrics=False)) == [("tree", [11, 13])]


def test_a_pid_that_changed_hands_has_ended(process):
    changes = Changes()
    changes.lines(1.0, [process(11, started=1.0)], metrics=False)
    lines = changes.lines(1.1, [process(11, started=2.0)], metrics=False)
    assert heard(lines) == [("exit", (11, None)), ("tree", [11])]


@pytest.fixture
def pipe():
    reading, writing = os.pipe()
    yield reading, writing
    for descriptor in (reading, writing):
        os.close(descriptor)


def test_a_full_pipe_does_not_stop_the_writer(pipe):
    reading, writing = pipe
    outlet = Outlet(writing)
    said = bytes(range(256)) * 1024
    outlet.write(said)
    assert outlet.full
    read = b""
    while len(read) < len(said):
        read += os.read(reading, 65536)
        outlet.flush()
    assert read == said
    assert not outlet.full


def sample(schedule: SampleSchedule, now: float, changed: bool = False) -> None:
    schedule.wants_metrics(now)
    schedule.sampled(now, 0.0, changed)


@pytest.fixture
def quiet():
    """A schedule at the time 100, its first sample taken and nothing going on."""
    schedule = SampleSchedule(100.0)
    assert schedule.next(100.0) <= 100.0
    sample(schedule, 100.0)
    return schedule


def test_at_rest_it_looks_four_times_a_second(quiet):
    assert quiet.next(100.0) == pytest.approx(100.25)


def test_an_announcement_is_followed_at_once_but_not_instantly(quiet):
    quiet.announced(100.1)
    assert quiet.next(100.1) == pytest.approx(100.102)
    quiet.announced(100.101)
    assert quiet.next(100.101) == pytest.approx(100.103)
    for thousandth in range(2, 30):
        quiet.announced(100.1 + thousandth / 1000)
    assert quiet.next(100.2) == pytest.approx(100.11)


def test_a_newborn_is_looked_at_at_once(quiet):
    quiet.announced(100.1)
    quiet.announced(100.1005, forked=True)
    assert quiet.next(100.1005) <= 100.1005
    quiet.announced(100.1006)
    assert quiet.next(100.1006) <= 100.1006


def test_a_death_that_was_told_passes_before_the_next_look(quiet):
    quiet.told(100.1)
    quiet.announced(100.1, forked=True)
    assert quiet.busy(100.1) == pytest.approx(0.008)
    # However many follow it, the look is not put off any further.
    quiet.told(100.107)
    assert quiet.busy(100.107) == pytest.approx(0.001)
    quiet.told(100.109)
    assert quiet.busy(100.109) == 0.0
    assert quiet.next(100.109) <= 100.109
    sample(quiet, 100.109)
    quiet.told(100.11)
    assert quiet.busy(100.11) == pytest.approx(0.008)


def test_looks_after_a_change_leave_some_for_the_next_birth(quiet):
    now = 100.1
    sample(quiet, now, changed=True)
    while now < 100.15:
        quiet.announced(now, forked=True)
        assert quiet.next(now) <= now
        quiet.sampled(now, 0.0, changed=True)
        now += 0.02
    quiet.announced(now, forked=True)
    assert quiet.next(now) <= now


def test_after_a_change_it_looks_again_soon_and_then_less(quiet):
    now, looks = 100.1, []
    sample(quiet, now, changed=True)
    while now < 100.35:
        now = quiet.next(now)
        looks.append(now - 100.1)
        sample(quiet, now)
    assert looks[:3] == pytest.approx([0.004, 0.008, 0.016], abs=0.021)
    assert 5 <= len(looks) <= 8


def test_in_a_storm_it_looks_fifty_times_a_second(quiet):
    now, looks = 100.1, 0
    while now < 102.1:
        quiet.announced(now)
        if quiet.next(now) <= now:
            sample(quiet, now, changed=True)
            looks += 1
        now += 0.0005
    assert 90 <= looks <= 106


def test_metrics_are_due_once_a_second(quiet):
    due = [
        tick / 100
        for tick in range(10_000, 10_500)
        if quiet.wants_metrics(tick / 100) and not sample(quiet, tick / 100)
    ]
    assert len(due) == 4


def test_a_big_tree_is_looked_at_less_often(quiet):
    quiet.sampled(100.5, 0.02, False)
    assert quiet.next(100.6) == pytest.approx(101.0, abs=0.5)
    quiet.sampled(102.0, 0.02, False)
    assert quiet.next(102.0) == pytest.approx(104.0)
