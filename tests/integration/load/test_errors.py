"""Whatever a server does, every request is accounted for, by kind."""

from __future__ import annotations

import socket
import struct
import threading

import pytest
from support.waiting import wait_for

from labapp.load.order import Order
from labapp.load.result import ERRORS
from labapp.load.side import run

GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npong"


def ask(connection: socket.socket) -> bytes:
    """Read one request without a body."""
    data = b""
    while b"\r\n\r\n" not in data:
        if not (more := connection.recv(4096)):
            return data
        data += more
    return data


def well(connection):
    while ask(connection):
        connection.sendall(GOOD)


def hang_up(connection):
    ask(connection)
    connection.shutdown(socket.SHUT_RDWR)
    connection.close()


def reset(connection):
    ask(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def half(connection):
    ask(connection)
    connection.sendall(GOOD[:-2])
    connection.close()


def babble(connection):
    ask(connection)
    connection.sendall(b"Guten Tag\r\n\r\n")
    connection.close()


def dawdle(connection):
    ask(connection)
    connection.sendall(GOOD[:20])
    connection.recv(1)  # Until the client hangs up.


@pytest.mark.parametrize(
    ("manners", "kind"),
    [(hang_up, "closed"), (reset, "reset"), (half, "incomplete"), (babble, "malformed"), (dawdle, "timeout")],
)
@pytest.mark.parametrize("keep_alive", [False, True])
def test_each_kind_is_counted_and_none_is_lost(rude, manners, kind, keep_alive):
    server = rude(manners)
    load = run(Order(server.address, requests=6, concurrency=3, timeout=0.2, keep_alive=keep_alive))
    assert load.errors == {kind: 6}
    assert kind in ERRORS
    assert (load.answered, load.cut) == ((), "")
    assert all(0 <= one.sent <= one.ended for one in load.exchanges)


def test_a_timeout_comes_when_it_is_due(rude):
    load = run(Order(rude(dawdle).address, requests=1, timeout=0.3))
    assert 0.3 <= load.exchanges[0].latency < 3


def test_where_nobody_listens(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    for address in (f"127.0.0.1:{port}", f"unix:{tmp_path}/none.sock"):
        load = run(Order(address, requests=5, concurrency=2))
        assert load.errors == {"refused": 5}


def test_good_and_bad_in_one_run(rude):
    turn = iter([well, half, well, reset])
    lock = threading.Lock()

    def moody(connection):
        with lock:
            manners = next(turn)
        manners(connection)

    load = run(Order(rude(moody).address, requests=4))
    assert (load.statuses, load.errors) == ({200: 2}, {"incomplete": 1, "reset": 1})
    assert "4 requests: 2 answered 200, 1 incomplete, 1 reset" in repr(load)


def test_connections_are_reused_when_told_so_and_only_then(rude):
    server = rude(well)
    assert run(Order(server.address, requests=12, concurrency=3, keep_alive=True)).statuses == {200: 12}
    assert server.accepted == 3
    assert run(Order(server.address, requests=12, concurrency=3)).statuses == {200: 12}
    assert server.accepted == 15


def test_over_a_unix_socket(rude, tmp_path):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "s"))
    listener.listen(1)
    # More at once than its backlog holds: a full one refuses no request, it has them wait.
    load = run(Order(rude(well, listener).address, requests=20, concurrency=10))
    assert load.statuses == {200: 20}


def test_a_large_body_arrives_whole_and_an_early_answer_is_read(rude):
    body, received = bytes(3_000_000), []

    def swallow(connection):
        _, _, rest = connection.recv(65536).partition(b"\r\n\r\n")
        count = len(rest)
        while count < len(body):
            count += len(connection.recv(1 << 20))
        received.append(count)
        connection.sendall(GOOD)

    def reject(connection):
        connection.recv(100)
        connection.sendall(b"HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        connection.recv(1)

    load = run(Order(rude(swallow).address, requests=1, method="POST", body=body))
    assert (load.statuses, received) == ({200: 1}, [len(body)])
    assert run(Order(rude(reject).address, requests=1, method="POST", body=body)).statuses == {413: 1}


def test_a_server_that_dies_under_load(rude):
    server = rude(well)
    dying = threading.Thread(
        target=lambda: (wait_for(lambda: server.accepted > 50, 10, "load"), server.close())
    )
    dying.start()
    load = run(Order(server.address, duration=1.5, concurrency=4))
    dying.join()
    assert load.statuses[200] > 40
    assert load.errors["refused"] > 0
    assert load.errors.total() + len(load.answered) == len(load.exchanges)
    # It rests after each failure: a dead server is not hammered.
    assert load.errors.total() < 4 * 150


def test_a_count_and_a_duration_whichever_ends_first(rude):
    server = rude(well)
    assert len(run(Order(server.address, requests=5, duration=30.0)).exchanges) == 5
    slow = run(Order(server.address, requests=500_000, duration=0.3, concurrency=2))
    assert 0 < len(slow.exchanges) < 500_000
    assert 0.25 < slow.seconds < 3
    assert slow.cut == ""
