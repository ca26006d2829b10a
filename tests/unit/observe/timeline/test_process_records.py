"""Who was born, who has died and how, as snapshots tell."""

from __future__ import annotations

import pytest

from labapp.observe.timeline import ProcessRecords


@pytest.fixture
def records(process):
    """Two processes, born at 0 and at 1."""
    found = ProcessRecords()
    found.on_processes([process(11), process(12)], 5.0, lambda one: one.pid - 11.0)
    return found


def pids(records):
    return [record.process.pid for record in records]


def test_who_is_new_was_born_and_who_is_missing_has_died(records, process):
    births, deaths = records.on_processes([process(12), process(13)], 7.0, lambda one: 6.0)
    assert (pids(births), pids(deaths)) == ([13], [11])
    assert [(record.born, record.died) for record in records.values()] == [
        (0.0, 7.0),
        (1.0, None),
        (6.0, None),
    ]
    assert records.on_processes([process(12), process(13)], 8.0, lambda one: 8.0) == ([], [])


def test_a_pid_that_changed_hands_is_a_death_and_a_birth(records, process):
    births, deaths = records.on_processes([process(11, started=9.0), process(12)], 7.0, lambda one: 6.0)
    assert (pids(births), pids(deaths)) == ([11], [11])
    records.on_exit(11, 3)
    assert [record.status for record in records.values()] == [None, None, None]
    records.on_processes([process(12)], 8.0, lambda one: 8.0)
    assert [record.status for record in records.values()] == [None, None, 3]


@pytest.mark.parametrize("early", [True, False])
def test_how_it_ended_may_be_told_before_it_is_missed_or_after(records, process, early):
    if early:
        records.on_exit(11, -9)
    (dead,) = records.on_processes([process(12)], 7.0, lambda one: 7.0)[1]
    if not early:
        records.on_exit(11, -9)
    assert dead.status == -9


def test_the_log_is_believed_where_the_system_tells_nothing(records, process):
    records.on_exit(11, -9)
    records.on_logged_death(11, 1)
    first, second = records.on_processes([], 7.0, lambda one: 7.0)[1]
    records.on_logged_death(12, 1)
    records.on_logged_death(99, 1)
    assert (first.status, second.status) == (-9, 1)


def test_who_is_forgotten_leaves_nothing(records):
    records.on_exit(11, -9)
    for identity in list(records):
        records.forget(identity)
    records.on_exit(11, -9)
    assert (len(records), records._latest, records._statuses) == (0, {}, {})
