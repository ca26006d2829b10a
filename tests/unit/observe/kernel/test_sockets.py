from __future__ import annotations

import os
import socket

import pytest

from labapp.observe.kernel.sockets import listening


def test_listening_sockets_are_told_and_others_are_not(tmp_path):
    path = str(tmp_path / "s")
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()),
        socket.socket(socket.AF_UNIX) as local,
    ):
        local.bind(path)
        local.listen()
        held = listening([os.getpid()])[os.getpid()]
        assert f"127.0.0.1:{server.getsockname()[1]}" in held
        assert not [address for address in held if address.startswith("unix:") and address != f"unix:{path}"]
    assert f"127.0.0.1:{server.fileno()}" not in listening([os.getpid()])[os.getpid()]


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")
def test_ipv6_is_written_with_brackets():
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as server:
        assert f"[::1]:{server.getsockname()[1]}" in listening([os.getpid()])[os.getpid()]


def test_a_socket_held_twice_is_told_once():
    with socket.create_server(("127.0.0.1", 0)) as server, server.dup():
        address = f"127.0.0.1:{server.getsockname()[1]}"
        assert listening([os.getpid()])[os.getpid()].count(address) == 1


def test_no_process_no_sockets():
    assert listening([2**22 + 1]) == {2**22 + 1: ()}
    assert listening([]) == {}
