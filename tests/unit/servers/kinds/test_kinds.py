from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

import labapp
from labapp.servers import command
from labapp.servers.guard.records import LONGEST_SOCKET_NAME, Record
from labapp.servers.kinds.gunicorn import kind
from labapp.servers.kinds.known import KINDS, AnyOther, kind_of
from labapp.servers.kinds.nginx.configuration import nginx_conf
from labapp.servers.kinds.nginx.kind import Nginx

PACKAGE = Path(labapp.__file__).parent
NAMES = re.compile("gunicorn|nginx", re.IGNORECASE)
OUTSIDE = [
    file
    for room in ("servers", "observe", "views")
    for file in sorted((PACKAGE / room).rglob("*"))
    if file.suffix in {".py", ".js"} and not {"gunicorn", "nginx"} & set(file.parts)
]


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("gunicorn app:app", "Gunicorn"),
        ("python -m gunicorn app:app", "Gunicorn"),
        ("nginx -c nginx.conf", "Nginx"),
        ("python server.py", "AnyOther"),
        ("sleep gunicorn", "AnyOther"),
    ],
)
def test_a_command_is_of_one_kind(tmp_path, monkeypatch, typed, kind):
    (tmp_path / "nginx").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert type(kind_of(command.parse(typed))).__name__ == kind


@pytest.mark.parametrize(
    ("typed", "asks"),
    [
        ("gunicorn --version", True),
        ("gunicorn -v", True),
        ("gunicorn -h", True),
        ("gunicorn app:app --check-config", True),
        ("gunicorn --print app:app", True),
        ("GUNICORN_CMD_ARGS=--print-config gunicorn app:app", True),
        ("gunicorn app:app", False),
        ("nginx -v", True),
        ("nginx -tq -c nginx.conf", True),
        ("nginx -c nginx.conf", False),
        ("python --version", True),
        ("python server.py", False),
    ],
)
def test_a_command_may_ask_for_something(tmp_path, monkeypatch, typed, asks):
    (tmp_path / "nginx").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    kind = kind_of(command.parse(typed))
    assert kind.asks is asks
    if asks:
        assert not kind.emits_events
        assert kind.additions(Record(tmp_path, 1, 0.0)) == {}


def test_nginx_is_found_where_the_path_does_not_lead(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    kind = kind_of(command.parse("nginx -s stop", installed=Nginx.installed))
    assert Path(kind.command.program).name.startswith("nginx")
    assert "starts no server" in kind.refusal().summary


def test_the_kind_of_any_other_command_comes_last():
    assert [kind for kind in KINDS if kind.is_meant(command.parse("true"))] == [AnyOther]
    assert KINDS[-1] is AnyOther


def test_only_its_own_room_names_a_server():
    """The list of kinds does, and the code of no other module."""
    named = {str(file.relative_to(PACKAGE)) for file in OUTSIDE if NAMES.search(file.read_text())}
    assert named == {"servers/kinds/known.py"}


def test_the_sockets_of_a_runtime_directory_have_short_names():
    names = [kind.CONTROL_SOCKET, nginx_conf.ACCESS_SOCKET, Record(Path("x"), 1, 0.0).events.name]
    assert all(len(name) <= LONGEST_SOCKET_NAME for name in names)
