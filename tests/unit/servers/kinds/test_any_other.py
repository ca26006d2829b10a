"""A Gunicorn that another program starts is known by the words after that program's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from labapp.servers import command
from labapp.servers.guard.records import Record
from labapp.servers.kinds.known import kind_of

G = "gunicorn shop:app"


@pytest.fixture(autouse=True)
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("dumb-init", "unshare"):
        (tmp_path / name).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")


@pytest.mark.parametrize(
    ("typed", "hosts", "hooks"),
    [
        (f"dumb-init -- {G}", True, True),
        (f"python activate.py 127.0.0.1:0 {G}", True, True),
        # A process in a PID namespace of its own would tell of itself by a pid that is another's here.
        (f"unshare --user --pid --fork {G}", True, False),
        (f"unshare -Urpf --mount-proc sh -c '{G}'", True, False),
        (f"unshare --user {G}", True, True),
        ("python -m http.server 0", False, False),
        ("dumb-init python -m http.server 0", False, False),
    ],
)
def test_what_it_starts(typed: str, hosts: bool, hooks: bool, tmp_path: Path) -> None:
    kind = kind_of(command.parse(typed))
    assert kind.hosts is hosts
    assert kind.emits_events is hooks
    given = kind.additions(Record(tmp_path, 1, 1.0)).get("GUNICORN_CMD_ARGS", "")
    assert given.startswith("--bind 127.0.0.1:0 ") is hosts
    assert ("--logger-class" in given) is hooks


def test_where_it_would_listen_is_seen() -> None:
    assert kind_of(command.parse(f"dumb-init {G} --bind 0.0.0.0:8000")).exposure() == "0.0.0.0:8000"
    assert kind_of(command.parse(f"dumb-init {G} --bind 127.0.0.1:8000")).exposure() is None


def test_its_processes_have_their_signals_explained() -> None:
    kind = kind_of(command.parse(f"dumb-init {G}"))
    assert kind.signal_notes("master")["HUP"].label == "reload"
    assert not kind.signal_notes("helper")
