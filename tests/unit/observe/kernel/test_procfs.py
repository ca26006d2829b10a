from __future__ import annotations

import os
import shutil

import pytest

from labapp.observe.kernel.process import clock
from labapp.observe.kernel.procfs import ProcfsReader


def pids(reader: ProcfsReader) -> list[int]:
    return [process.pid for process in reader.read()]


@pytest.fixture(params=[None, 0, 3], ids=["all-kept", "none-kept", "three-kept"])
def reader(request, proc):
    with ProcfsReader(10, predecessor="PREDECESSOR", proc=str(proc.path), budget=request.param) as reader:
        yield reader


def test_descendants_come_depth_first_in_order_of_birth(proc, reader):
    proc.set(10, children="11 30 ")
    proc.set(11, 10, "20 12 ")
    proc.set(20, 11)
    proc.set(12, 11)
    proc.set(30, 10)
    assert pids(reader) == [11, 20, 12, 30]
    assert pids(reader) == [11, 20, 12, 30]


def test_a_process_is_told_in_plain_words(proc, reader):
    proc.set(10, children="11")
    proc.set(11, 10, command="odd) (name", state="T", started=5.25, title="run it now", pages=2)
    (process,) = reader.read()
    assert (process.pid, process.ppid, process.started, process.command) == (11, 10, 5.25, "odd) (name")
    assert (process.state, process.threads, process.cpu, process.title) == ("stopped", 1, 0.0, "run it now")
    assert process.rss > 0
    assert process.age == pytest.approx(clock() - 5.25, abs=1)


def test_no_root_no_processes(proc, reader):
    assert reader.read() == []


def test_a_child_that_vanished_after_it_was_listed_is_no_error(proc, reader):
    proc.set(10, children="11 12 13")
    proc.set(11, 10)
    proc.set(13, 10)
    assert pids(reader) == [11, 13]


def test_births_and_deaths_show_at_the_next_read(proc, reader):
    proc.set(10, children="11 12")
    proc.set(11, 10)
    proc.set(12, 10)
    assert pids(reader) == [11, 12]
    proc.end(12)
    proc.write("10/task/10/children", "11 14")
    proc.set(14, 10)
    assert reader.forked()
    assert pids(reader) == [11, 14]
    assert not reader.forked()


def test_a_pid_that_changed_hands_is_another_process(proc, reader):
    proc.set(10, children="11")
    proc.set(11, 10, started=5.0, ticks=400)
    (before,) = reader.read()
    proc.end(11)
    proc.set(11, 10, started=90.0)
    (after,) = reader.read()
    assert (before.started, after.started) == (5.0, 90.0)
    assert before.identity != after.identity


def test_a_root_whose_pid_changed_hands_is_gone_for_good(proc, reader):
    proc.set(10, children="11", started=5.0)
    proc.set(11, 10)
    assert pids(reader) == [11]
    proc.end(10)
    proc.set(10, children="11", started=9.0)
    assert pids(reader) == []
    reader.close()
    assert pids(reader) == []


def test_children_of_every_thread_count(proc, reader):
    proc.set(10, children="11")
    proc.set(11, 10, "20", threads={15: "21 22", 16: ""})
    for child in (20, 21, 22):
        proc.set(child, 11)
    assert pids(reader) == [11, 20, 21, 22]
    proc.end(21)
    proc.end(22)
    shutil.rmtree(proc.path / "11/task/15")
    proc.set(11, 10, "20", threads={16: ""})
    assert pids(reader) == [11, 20]


def test_a_list_of_children_longer_than_a_page_is_read_whole(proc, reader):
    children = list(range(1_000_000, 1_000_600))
    proc.set(10, children=" ".join(map(str, children)))
    for child in children:
        proc.set(child, 10)
    assert pids(reader) == children


def test_a_living_member_that_the_list_passed_over_is_looked_for_again(proc):
    proc.set(10, children="11 12")
    proc.set(11, 10)
    proc.set(12, 10)
    moments = iter(range(10))

    def now() -> float:
        moment = next(moments)
        # The second walk finds a list that misses 12, as the kernel's may while 11 ends; the third is right.
        proc.write("10/task/10/children", "11" if moment == 1 else "11 12")
        return float(moment)

    with ProcfsReader(10, proc=str(proc.path), now=now) as reader:
        assert pids(reader) == [11, 12]
        assert pids(reader) == [11, 12]
    assert next(moments) == 3


@pytest.mark.parametrize(
    ("looks", "shares"),
    [
        ([(0.0, 1000), (0.1, 1005), (0.5, 1050), (1.5, 1060), (2.5, 1060)], [0.0, 0.0, 1.0, 0.1, 0.0]),
        # What was done before it came to rest counts, once, and in its own window.
        ([(0.0, 100), (0.1, 140), (0.5, 140), (1.0, 140), (9.0, 140), (9.5, 190)], [0, 0, 0.8, 0, 0, 1.0]),
    ],
)
def test_the_cpu_share_is_taken_over_a_window(proc, looks, shares):
    clock = iter([moment for moment, _ in looks])
    seen = []
    proc.set(10, children="11")
    with ProcfsReader(10, proc=str(proc.path), window=0.25, now=lambda: next(clock)) as reader:
        for _, ticks in looks:
            proc.set(11, 10, ticks=ticks)
            seen += [process.cpu for process in reader.read()]
    assert seen == pytest.approx(shares)


def test_memory_is_taken_where_it_is_told_exactly(proc, reader):
    proc.set(10, children="11")
    proc.set(11, 10, pages=100)
    proc.write("11/statm", "900 300 200 1 0 99 0\n")
    (exact,) = reader.read()
    proc.set(12, 10, pages=100)
    proc.write("10/task/10/children", "12")
    (told,) = reader.read()
    assert exact.rss == 3 * told.rss > 0


def test_the_memory_of_one_that_was_just_born_is_that_of_now(proc):
    proc.set(10, children="11 12")
    with ProcfsReader(10, proc=str(proc.path), window=60) as reader:
        for pages in (100, 300):
            proc.set(11, 10, started=clock(), ticks=pages, pages=pages)
            proc.set(12, 10, started=1.0, ticks=pages, pages=pages)
            newborn, old = (process.rss for process in reader.read())
    assert newborn == 3 * old > 0


def test_an_idle_process_is_the_same_object_again(proc, reader):
    proc.set(10, children="11")
    proc.set(11, 10)
    assert reader.read()[0] is reader.read()[0]


def test_a_new_program_shows_its_title_and_whom_it_succeeds(proc, reader):
    proc.set(10, children="11")
    proc.set(11, 10, "12", image=1, title="gunicorn app")
    proc.set(12, 11, image=1, title="gunicorn app", environ="PREDECESSOR=99")
    assert [process.succeeds for process in reader.read()] == [0, 0]
    proc.set(12, 11, image=2, title="gunicorn app again", environ="A=1\0PREDECESSOR=11\0B=2")
    second = reader.read()[1]
    assert (second.image, second.succeeds, second.title) == (2, 11, "gunicorn app again")


def test_a_title_that_was_set_late_is_read_though_nothing_happens_any_more(proc):
    before, after = "nginx: master process nginx", "nginx: cache manager process"
    moments = iter([0.0, 0.5, 2.0])
    proc.set(10, children="11")
    proc.set(11, 10, title=before)
    with ProcfsReader(10, proc=str(proc.path), now=lambda: next(moments)) as reader:
        assert reader.read()[0].title == before
        # It stirs, and its title was read a moment ago.
        proc.set(11, 10, title=after, ticks=1)
        assert [reader.read()[0].title for _ in range(2)] == [before, after]


def test_a_fork_is_asked_for_its_title_while_it_is_young(proc, reader):
    born = clock()
    proc.set(10, children="11")
    proc.set(11, 10, started=born, title="nginx: master process nginx")
    reader.read()
    proc.set(11, 10, started=born, title="nginx: worker process")
    assert reader.read()[0].title == "nginx: worker process"


def test_it_keeps_no_more_files_than_it_may(proc):
    proc.set(10, children="11 12 13")
    for child in (11, 12, 13):
        proc.set(child, 10)
    with ProcfsReader(10, proc=str(proc.path), budget=4) as reader:
        assert pids(reader) == [11, 12, 13]
        assert reader._files._left == 0
        assert pids(reader) == [11, 12, 13]
    assert reader._files._left == 4


def test_another_users_environment_is_no_error(proc, monkeypatch):
    proc.set(10, children="11")
    proc.set(11, 10, image=0)

    def refuse(path: str, flags: int) -> int:
        if path.endswith(("environ", "cmdline")):
            raise PermissionError(path)
        return opened(path, flags)

    opened = os.open
    monkeypatch.setattr(os, "open", refuse)
    with ProcfsReader(10, proc=str(proc.path)) as reader:
        assert [(process.pid, process.title) for process in reader.read()] == [(11, "")]
