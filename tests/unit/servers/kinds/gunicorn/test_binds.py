"""Paths of unix sockets that cannot be bound, or at which somebody listens already."""

from __future__ import annotations

import errno
import socket
from pathlib import Path

import pytest

from labapp.servers.command import parse
from labapp.servers.diagnosis import path_owner
from labapp.servers.kinds.gunicorn.binds import LONGEST_PATH, misread, unusable
from labapp.servers.kinds.gunicorn.kind import Gunicorn


@pytest.mark.parametrize(
    ("path", "summary", "advice"),
    [
        (
            "x" * 110,
            f"The path of the unix socket has 110 bytes, and the system has room for {LONGEST_PATH}.",
            "short",
        ),
        ("none/x.sock", "There is no directory '{cwd}/none' for the unix socket 'none/x.sock'.", "mkdir()"),
        ("file", "At 'file' there is something that is no unix socket.", "bind another path"),
    ],
)
def test_a_path_that_cannot_be_bound(tmp_path: Path, path: str, summary: str, advice: str) -> None:
    (tmp_path / "file").touch()
    found = Gunicorn(parse(f"gunicorn shop:app --bind unix:{path}", cwd=tmp_path)).refusal()
    assert found
    assert found.summary == summary.replace("{cwd}", str(tmp_path))
    assert advice in found.advice


@pytest.mark.parametrize(
    ("bind", "summary", "advice"),
    [
        (
            "127.0.0.1:http",
            "'127.0.0.1:http' is no address: 'http' is no port.",
            "write a number: 127.0.0.1:8000",
        ),
        ("127.0.0.1:{port}", "only where an f stands before the string.", 'lab.launch(f"gunicorn'),
        (
            "127.0.0.1:1,127.0.0.1:2",
            "is no address, but several.",
            "write --bind 127.0.0.1:1 --bind 127.0.0.1:2",
        ),
    ],
)
def test_what_is_no_address(bind: str, summary: str, advice: str) -> None:
    found = misread(bind)
    assert found
    assert summary in found.summary
    assert advice in found.advice


@pytest.mark.parametrize(
    ("error", "summary"),
    [
        (PermissionError(errno.EACCES, ""), "Only root may listen at 127.0.0.1:80, below port 1024."),
        (OSError(errno.EADDRNOTAVAIL, ""), "127.0.0.1:80 is no address of this machine."),
        (OSError(errno.EADDRINUSE, ""), None),
    ],
)
def test_what_the_system_refuses(
    monkeypatch: pytest.MonkeyPatch, error: OSError, summary: str | None
) -> None:
    class Refusing(socket.socket):
        def bind(self, address: object) -> None:
            assert address == ("127.0.0.1", 80)
            raise error

    monkeypatch.setattr(socket, "socket", Refusing)
    found = unusable("127.0.0.1:80", Path("/"))
    assert (found.summary if found else None) == summary


def test_who_is_robbed_of_a_path_is_told(runtime_directory: Path) -> None:
    runtime_directory.mkdir()
    place = runtime_directory / "s"
    kind = Gunicorn(parse("gunicorn shop:app --bind unix:s", cwd=runtime_directory))
    assert kind.notice() == ""
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(place))
        assert path_owner(place) == ""  # Nobody listens yet.
        other.listen()
        assert kind.refusal() is None
        assert kind.notice().startswith("it has taken unix:s from ")
    assert path_owner(place) == ""
    place.unlink()
