"""What opens a server's sockets for it, by systemd's own tool: where, and what it hands on."""

from __future__ import annotations

from pathlib import Path

import pytest

from labapp.servers.command import handed, handing_on, parse, with_words
from labapp.servers.guard.records import Record
from labapp.servers.kinds.known import kind_of

TOOL, G = "systemd-socket-activate", "gunicorn shop:app"


@pytest.fixture(autouse=True)
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have systemd's tool, and what may stand before it, wherever the tests run."""
    for name in (TOOL, "nohup"):
        (tmp_path / name).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")


@pytest.mark.parametrize(
    ("typed", "addresses"),
    [
        (G, None),
        (f"{TOOL} {G}", []),
        (f"{TOOL} -l 127.0.0.1:9 {G} -l 8", ["127.0.0.1:9"]),
        (f"{TOOL} --listen=9 -l /run/s {G}", ["*:9", "unix:/run/s"]),
        (f"nohup {TOOL} -l [::]:9 {G}", ["[::]:9"]),
    ],
)
def test_where_it_is_handed_sockets(typed: str, addresses: list[str] | None) -> None:
    assert handed(parse(typed)) == addresses


def test_what_the_server_is_told_passes_it() -> None:
    command = parse(f"nohup {TOOL} {G}")
    words = handing_on(command, ["A", "B"], 9)
    assert words == ("-E", "A", "-E", "B", "-l", "127.0.0.1:9")
    assert " ".join(with_words(command, words)) == f"nohup {TOOL} {' '.join(words)} {G}"
    assert handing_on(parse(f"{TOOL} -l 127.0.0.1:8 {G}"), ["A"], 9) == ("-E", "A")
    assert handing_on(parse(G), ["A"], 9) == ()


def test_one_that_is_handed_a_socket_binds_none(tmp_path: Path) -> None:
    record = Record(tmp_path, 1, 1.0)
    kind = kind_of(parse(f"{TOOL} {G}"))
    assert kind.name == "Gunicorn"
    assert "--bind" not in kind.additions(record)["GUNICORN_CMD_ARGS"]
    assert not kind.binds_in_master  # Its workers only come when somebody has connected.
