"""WebSockets through Nginx."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pytest
from websocket import (
    WebSocket,
    WebSocketBadStatusException,
    WebSocketConnectionClosedException,
    create_connection,
)

from labapp import lab
from labapp.servers.kinds.nginx.server import NginxServer

Run = Callable[..., NginxServer]
Launch = Callable[..., lab.Server]

UPGRADED = """
map $http_upgrade $connection_upgrade { default upgrade; "" close; }
server {
    listen {{ listen }};
    location / {
        proxy_pass http://{{ web.address }};
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
    }
    location /impatient {
        proxy_pass http://{{ web.address }};
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
        proxy_read_timeout 200ms;
    }
    location /forgotten { proxy_pass http://{{ web.address }}; }
}
"""


@pytest.fixture
def edge(nginx: Run, gunicorn: Launch) -> NginxServer:
    return nginx(UPGRADED, web=gunicorn("sockets:app --worker-class asgi"))


@pytest.fixture
def connect(edge: NginxServer) -> Iterator[Callable[[str], WebSocket]]:
    with ExitStack() as stack:
        yield lambda path: stack.enter_context(
            closing(create_connection(f"ws://{edge.address}{path}", timeout=10))
        )


def test_messages_go_both_ways(connect: Callable[[str], WebSocket]) -> None:
    socket = connect("/")
    socket.send("hello")
    assert socket.recv() == "olleh"
    socket.send_binary(bytes(range(256)) * 300)
    assert socket.recv() == (bytes(range(256)) * 300)[::-1]


def test_many_are_open_at_once(connect: Callable[[str], WebSocket], edge: NginxServer) -> None:
    sockets = [connect("/") for _ in range(30)]
    for number, socket in enumerate(sockets):
        socket.send(f"{number:02}")
    assert [socket.recv()[::-1] for socket in sockets] == [f"{number:02}" for number in range(30)]
    assert edge.get("/").text == "plain"
    assert len(edge.workers) == 2


def test_without_the_two_headers_there_is_none(connect: Callable[[str], WebSocket]) -> None:
    with pytest.raises(WebSocketBadStatusException) as refused:
        connect("/forgotten")
    assert refused.value.status_code == 200


def test_silence_closes_it(connect: Callable[[str], WebSocket]) -> None:
    socket = connect("/impatient")
    socket.send("hello")
    assert socket.recv() == "olleh"
    with pytest.raises(WebSocketConnectionClosedException):
        socket.recv()


def test_open_ones_do_not_keep_nginx_from_ending(
    connect: Callable[[str], WebSocket], edge: NginxServer
) -> None:
    socket = connect("/")
    edge.stop(timeout=0.2)
    assert not edge.running
    with pytest.raises((WebSocketConnectionClosedException, ConnectionError)):
        socket.recv()
