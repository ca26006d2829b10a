"""Those who wait at a real listening socket."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from support.waiting import wait_for

from labapp.observe.kernel.sockets import waiting

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")


@pytest.fixture(params=["127.0.0.1", "::1"])
def listener(request: pytest.FixtureRequest) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in request.param else socket.AF_INET
    with socket.socket(family) as listening:
        try:
            listening.bind((request.param, 0))
        except OSError:
            pytest.skip("this machine has no IPv6")
        listening.listen(16)
        yield listening


def test_who_has_connected_and_was_not_accepted_waits(listener):
    host, port = listener.getsockname()[:2]
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    assert waiting([address]) == {}
    with ExitStack() as clients:
        for _ in range(3):
            clients.enter_context(socket.create_connection((host, port)))
        wait_for(lambda: waiting([address]) == {address: 3}, 5, "three to wait")
        listener.accept()[0].close()
        assert waiting([address]) == {address: 2}


@pytest.mark.parametrize("address", ["unix:/run/x.sock", "127.0.0.1:1", "somewhere", "[::1]:x"])
def test_where_nobody_can_be_asked_nobody_waits(address):
    assert waiting([address]) == {}
