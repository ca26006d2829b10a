from __future__ import annotations

import os
import sys

import pytest
from support.waiting import wait_for

from labapp.observe.kernel.portable import PsutilReader
from labapp.observe.kernel.sockets import listening


def told(processes) -> list[tuple[object, ...]]:
    return [(p.pid, p.ppid, p.state, p.threads, p.title) for p in processes]


def memory(reader):
    return [process.rss for process in reader.read()]


def test_both_readers_tell_the_same(prefork):
    family = prefork(4)
    with PsutilReader(family.root.pid) as portable:
        # Once all of them have come to rest.
        wait_for(lambda: told(family.read()) == told(portable.read()))
        for here, there in zip(family.read(), portable.read(), strict=True):
            assert here.started == pytest.approx(there.started, abs=0.02)
            assert abs(here.age - there.age) < 1
        # Side by side: memory goes on changing for a while.
        wait_for(lambda: memory(family) == pytest.approx(memory(portable), rel=0.05))


def test_the_portable_reader_sees_births_and_deaths(prefork):
    family = prefork(2)
    with PsutilReader(family.root.pid) as portable:
        before = portable.read()
        assert len(before) == 3
        assert not portable.forked()
        os.kill(before[1].pid, 9)
        family.becomes("M(W2 W3)")
        assert portable.forked()
        after = portable.read()
        assert {p.pid for p in after} ^ {p.pid for p in before} == {before[1].pid, after[-1].pid}
    with PsutilReader(2**22 + 1) as nobody:
        assert nobody.read() == []


def test_processes_that_come_and_go_between_two_reads_are_no_error(family):
    storm = family("storm", "1.5")
    with PsutilReader(storm.root.pid) as portable:
        reads = 0
        while b"calm" not in storm.log.read_bytes():
            assert all(process.pid for process in storm.read())
            if reads % 20 == 0:
                portable.read()
            reads += 1
    assert reads > 20
    wait_for(lambda: len(storm.read()) == 1)


THREADS = """
import subprocess, threading
threading.Thread(target=lambda: subprocess.run(["sleep", "60"])).start()
"""
SERVER = """
import os, socket, time
server = socket.create_server(("127.0.0.1", 0))
os.fork()
time.sleep(60)
"""


def test_a_child_of_any_thread_is_found(family):
    server = family(sys.executable, "-c", THREADS)
    wait_for(lambda: [process.command for process in server.read()][1:] == ["sleep"])
    parent, child = server.read()
    assert child.ppid == parent.pid
    assert parent.threads == 2


def test_memory_shared_by_forks_counts_once_in_all(prefork):
    family = prefork(3)
    processes = family.read()
    assert 0 < sum(p.pss() for p in processes) <= sum(p.rss for p in processes)


def test_workers_hold_the_socket_that_their_master_opened(family):
    server = family(sys.executable, "-c", SERVER)
    server.await_workers(1)
    held = listening(p.pid for p in server.tree())
    tree = server.tree().holding(held)
    assert len({p.listening for p in tree}) == 1
    assert tree[0].listening[0].startswith("127.0.0.1:")
