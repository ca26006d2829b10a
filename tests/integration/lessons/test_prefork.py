"""The lesson's pre-fork server: what its master does about deaths and signals, and what it leaves behind."""

from __future__ import annotations

import os
import re
import signal
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from support.lesson_servers import Answer, Server, everything
from support.waiting import wait_for

Run = Callable[..., Server]


@pytest.fixture
def server(run: Run) -> Server:
    return workers(run("prefork.py", "--workers", "3"), 3)


def workers(server: Server, count: int) -> Server:
    """Wait until the server has so many workers, all of which live."""
    wait_for(lambda: len(server.workers) == count and all(map(alive, server.workers)))
    return server


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def busy(server: Server) -> int:
    """How many workers hold a connection."""
    return sum(
        connection.status == psutil.CONN_ESTABLISHED
        for pid in server.workers
        for connection in psutil.Process(pid).net_connections("tcp")
    )


def test_workers_are_there_before_any_request(server: Server) -> None:
    before = server.workers
    assert {server.ask("/echo").json["pid"] for _ in range(30)} <= set(before)
    assert server.workers == before


def test_workers_answer_at_the_same_time(run: Run) -> None:
    server = workers(run("prefork.py", "--workers", "4"), 4)
    began = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: server.ask("/nap?0.4"), range(4)))
    assert time.monotonic() - began < 1.2  # one after the other: 1.6


def test_one_socket_is_held_by_all(server: Server) -> None:
    held = {
        pid: [
            c.laddr.port for c in psutil.Process(pid).net_connections("tcp") if c.status == psutil.CONN_LISTEN
        ]
        for pid in (server.process.pid, *server.workers)
    }
    assert list(held.values()) == [[server.port]] * 4


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV], ids=lambda how: how.name)
def test_killed_worker_is_replaced(server: Server, how: signal.Signals) -> None:
    victim, *others = server.workers
    os.kill(victim, how)
    wait_for(lambda: victim not in server.workers and len(server.workers) == 3)
    assert server.workers[:2] == others
    wait_for(lambda: f"[{victim}] worker ended: {-how}" in server.log)
    assert server.ask("/echo").status == "200 OK"


def test_worker_that_ends_itself_is_replaced(server: Server) -> None:
    before = server.workers
    assert server.talk(b"GET /dies HTTP/1.1\r\n\r\n") == b""
    wait_for(lambda: "worker ended: 7" in server.log)
    workers(server, 3)
    assert len(set(before) - set(server.workers)) == 1
    assert server.ask("/echo").status == "200 OK"


def test_all_workers_killed_at_once(server: Server) -> None:
    victims = server.workers
    for pid in victims:
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not set(victims) & set(server.workers))
    workers(server, 3)
    assert server.log.count("worker ended: -9") == 3


def test_ttin_and_ttou(server: Server) -> None:
    before = server.workers
    server.process.send_signal(signal.SIGTTIN)
    workers(server, 4)
    assert server.workers[:3] == before
    server.process.send_signal(signal.SIGTTOU)
    workers(server, 3)
    assert server.workers[:2] == before[1:]  # the oldest went


def test_ttou_leaves_one(server: Server) -> None:
    for left in (2, 1):
        server.process.send_signal(signal.SIGTTOU)
        workers(server, left)
    last = server.workers
    master = psutil.Process(server.process.pid)
    woken = master.num_ctx_switches().voluntary
    server.process.send_signal(signal.SIGTTOU)
    wait_for(lambda: master.num_ctx_switches().voluntary > woken)
    server.process.send_signal(signal.SIGTTIN)
    workers(server, 2)
    assert server.workers[0] == last[0]


def test_ttou_lets_a_request_finish(run: Run) -> None:
    server = workers(run("prefork.py", "--workers", "2"), 2)
    with server.connect() as first, server.connect() as second:
        for connection in (first, second):
            connection.sendall(b"GET /nap?0.5 HTTP/1.1\r\n\r\n")
        wait_for(lambda: busy(server) == 2)
        server.process.send_signal(signal.SIGTTOU)
        assert {Answer.read(everything(connection)).body for connection in (first, second)} == {b"slept"}
    workers(server, 1)


def test_signals_that_mean_nothing_change_nothing(server: Server) -> None:
    before = server.workers
    for name in ("SIGCHLD", "SIGWINCH", "SIGCONT", "SIGURG"):
        server.process.send_signal(getattr(signal, name))
    assert server.ask("/echo").status == "200 OK"
    assert server.workers == before


def test_interrupted_system_calls(server: Server) -> None:
    """Stopping and continuing interrupts select, accept and sigwait in all of them."""
    for _ in range(20):
        for pid in (server.process.pid, *server.workers):
            os.kill(pid, signal.SIGSTOP)
        for pid in (server.process.pid, *server.workers):
            os.kill(pid, signal.SIGCONT)
    before = server.workers
    assert {server.ask("/echo").status for _ in range(10)} == {"200 OK"}
    server.process.send_signal(signal.SIGTTIN)
    workers(server, 4)
    assert server.workers[:3] == before


def test_stopped_worker_does_not_stop_the_others(server: Server) -> None:
    stopped, *_ = server.workers
    os.kill(stopped, signal.SIGSTOP)
    try:
        wait_for(lambda: psutil.Process(stopped).status() == psutil.STATUS_STOPPED)
        assert stopped not in {server.ask("/echo").json["pid"] for _ in range(20)}
    finally:
        os.kill(stopped, signal.SIGCONT)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT], ids=lambda how: how.name)
def test_end(server: Server, how: signal.Signals) -> None:
    family = server.workers
    server.process.send_signal(how)
    assert server.process.wait(timeout=15) == 0
    assert not any(map(psutil.pid_exists, family))
    assert server.refuses()


def test_end_waits_for_the_request_in_hand(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(b"GET /nap?0.5 HTTP/1.1\r\n\r\n")
        wait_for(lambda: busy(server))
        server.process.send_signal(signal.SIGTERM)
        assert Answer.read(everything(connection)).body == b"slept"
    assert server.process.wait(timeout=15) == 0


def test_end_is_firm_with_the_stubborn(run: Run) -> None:
    server = workers(run("prefork.py", "--workers", "2", "--grace", "0.3"), 2)
    with server.connect() as connection:
        connection.sendall(b"GET /nap?60 HTTP/1.1\r\n\r\n")
        wait_for(lambda: busy(server))
        server.process.send_signal(signal.SIGTERM)
        assert everything(connection) == b""
    assert server.process.wait(timeout=15) == 0
    assert server.log.count("worker ended: -9") == 1


def test_more_signals_during_the_end(server: Server) -> None:
    for how in (signal.SIGTTIN, signal.SIGTERM, signal.SIGTTIN, signal.SIGTTOU, signal.SIGTERM):
        server.process.send_signal(how)
    assert server.process.wait(timeout=15) == 0


def test_workers_follow_a_master_that_is_killed(server: Server) -> None:
    family = server.workers
    server.process.kill()
    server.process.wait(timeout=15)
    wait_for(lambda: not any(map(alive, family)))
    assert server.refuses()


def test_herd(server: Server) -> None:
    """One connection wakes several workers; those who find nothing are counted, and go on."""
    seen = Counter[int]()

    def late() -> bool:
        seen[server.ask("/echo").json["pid"]] += 1
        return "too late" in server.log

    wait_for(late)
    counts = [int(count) for count in re.findall(r"too late: (\d+)$", server.log, re.MULTILINE)]
    assert counts[0] == 1
    assert set(seen) <= set(server.workers)
