import os
import socket
import sys
from pathlib import Path

import pytest

from labapp.observe.kernel.sockets import Newcomers, descriptors, diagnosis, listeners, listening


@pytest.fixture(params=["asked", "read"])
def source(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Once with the kernel's own lists of sockets, once where it gives none."""
    if request.param == "read":

        def refuse() -> dict[int, str]:
            raise OSError("not in this kernel")

        monkeypatch.setattr(diagnosis, "tcp_listeners", refuse)
        monkeypatch.setattr(diagnosis, "unix_listeners", refuse)
    return str(request.param)


def test_listening_sockets_are_found(source: str, tmp_path: Path) -> None:
    newcomers = Newcomers()
    with (
        socket.create_server(("127.0.0.1", 0)) as four,
        socket.create_server(("::1", 0), family=socket.AF_INET6) as six,
        socket.socket(socket.AF_UNIX) as unix,
        socket.create_connection(four.getsockname()) as client,
        socket.socket() as silent,
    ):
        unix.bind(str(tmp_path / "s"))
        unix.listen()
        silent.bind(("127.0.0.1", 0))
        expected = {
            f"127.0.0.1:{four.getsockname()[1]}",
            f"[::1]:{six.getsockname()[1]}",
            f"unix:{tmp_path}/s",
        }
        found = listening([os.getpid()])
        assert expected <= set(found[os.getpid()])
        for other in (silent, client):
            assert f"127.0.0.1:{other.getsockname()[1]}" not in found[os.getpid()]
        assert expected <= newcomers.of(lambda: [os.getpid()])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists its sockets")
def test_nobody_is_looked_at_until_somebody_listens() -> None:
    looked: list[int] = []
    with socket.create_server(("127.0.0.1", 0)):
        newcomers = Newcomers()
        assert newcomers.of(lambda: looked) in (set(), {*looked})
    assert looked == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists its sockets")
def test_who_listens_is_asked_again_when_another_socket_does(monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[int, str] = {}
    monkeypatch.setattr(listeners, "_addresses", lambda: dict(known))
    monkeypatch.setattr(listeners, "inodes", lambda pid: dict(enumerate(held[pid])))
    newcomers, held, looked = Newcomers(), {1: [7, 8]}, list[int]()

    def pids() -> list[int]:
        looked.append(1)
        return list(held)

    known[9] = "127.0.0.1:9"  # Somebody else's.
    assert [newcomers.of(pids), newcomers.of(pids), len(looked)] == [set(), set(), 2]
    known[7] = "127.0.0.1:7"
    assert [newcomers.of(pids), newcomers.of(pids), len(looked)] == [{known[7]}, {known[7]}, 3]
    known[8] = "0.0.0.0:8"
    assert [newcomers.of(pids), len(looked)] == [{known[7], known[8]}, 4]
    del known[7]
    assert [newcomers.of(pids), len(looked)] == [{known[8]}, 5]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such names")
def test_a_name_that_is_no_file_is_told_as_the_system_writes_it(source: str) -> None:
    name = f"\0labapp-{os.getpid()}\0x"
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(name)
        unix.listen()
        assert f"unix:{name.replace(chr(0), '@')}" in listening([os.getpid()])[os.getpid()]


def test_a_process_that_is_gone_listens_nowhere(source: str) -> None:
    assert listening([2**22 + 1]) == {2**22 + 1: ()}
    assert listening([]) == {}


def test_a_socket_held_twice_is_told_once(source: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, server.dup() as twin:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        assert listening([os.getpid()])[os.getpid()].count(address) == 1
        found = descriptors(os.getpid(), address)
        assert found.keys() == {server.fileno(), twin.fileno()}
        assert len(set(found.values())) == 1
