import os
import socket
import sys
from pathlib import Path

import pytest

from labapp.observe.kernel import listeners, sockets


@pytest.fixture(params=["asked", "read"])
def source(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Once with the kernel's own list of TCP sockets, once where it gives none."""
    if request.param == "read":

        def refuse() -> dict[int, str]:
            raise OSError("not in this kernel")

        monkeypatch.setattr(listeners, "tcp_listeners", refuse)
    return str(request.param)


def test_listening_sockets_are_found(source: str, tmp_path: Path) -> None:
    newcomers = listeners.Newcomers()
    with (
        socket.create_server(("127.0.0.1", 0)) as four,
        socket.create_server(("::1", 0), family=socket.AF_INET6) as six,
        socket.socket(socket.AF_UNIX) as unix,
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
        found = listeners.listening([os.getpid()])
        assert expected <= set(found[os.getpid()])
        assert f"127.0.0.1:{silent.getsockname()[1]}" not in found[os.getpid()]
        assert set(found[os.getpid()]) == set(sockets.listening([os.getpid()])[os.getpid()])
        assert expected <= newcomers.of(lambda: [os.getpid()])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists its sockets")
def test_nobody_is_looked_at_until_somebody_listens() -> None:
    looked: list[int] = []
    with socket.create_server(("127.0.0.1", 0)):
        newcomers = listeners.Newcomers()
        assert newcomers.of(lambda: looked) in (set(), {*looked})
    assert looked == []


def test_a_process_that_is_gone_listens_nowhere(source: str) -> None:
    assert listeners.listening([2**22 + 1]) == {2**22 + 1: ()}
