from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

import labapp
from labapp.observe.kernel import how_to_pip_install
from labapp.servers import LaunchError, command
from labapp.servers.guard.records import LONGEST_SOCKET_NAME, Record
from labapp.servers.kinds.any_other import AnyOther
from labapp.servers.kinds.gunicorn import kind
from labapp.servers.kinds.known import installed, kind_of
from labapp.servers.kinds.nginx.configuration import nginx_conf
from labapp.servers.kinds.rows import ROWS

PACKAGE = Path(labapp.__file__).parent
NAMES = re.compile("gunicorn|nginx|waitress|uvicorn|hypercorn|granian|daphne", re.IGNORECASE)
KINDS = PACKAGE / "servers" / "kinds"
OUTSIDE = [
    file
    for room in ("servers", "observe", "views")
    for file in sorted((PACKAGE / room).rglob("*"))
    if file.suffix in {".py", ".js"} and KINDS not in file.parents
]


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """Programs by the names of all servers, whatever is installed here, and files that serve."""
    for row in ROWS:
        for program in row.programs:
            (tmp_path / program).touch(mode=0o755)
    (tmp_path / "server.py").write_text("print('nothing')\n")
    (tmp_path / "serves.py").write_text("import os\nfrom wsgiref.simple_server import make_server\n")
    (tmp_path / "manage.py").write_text("if True:\n    from django.core.management import execute\n")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("gunicorn app:app", "Gunicorn"),
        ("python -m gunicorn app:app", "Gunicorn"),
        ("nginx -c nginx.conf", "Nginx"),
        ("waitress-serve app:app", "Waitress"),
        ("python -m waitress app:app", "Waitress"),
        ("flask --app shop run", "Flask"),
        ("flask --app shop routes", "AnyOther"),
        ("DEBUG=1 nohup nice -n 5 uvicorn shop:app", "Uvicorn"),
        ("exec python3 -m uvicorn shop:app", "Uvicorn"),
        ("env A=1 hypercorn shop:app", "Hypercorn"),
        ("granian shop:app", "Granian"),
        ("daphne shop:app", "Daphne"),
        ("uwsgi --module shop", "Uwsgi"),
        ("pyuwsgi --module shop", "Uwsgi"),
        ("mod_wsgi-express start-server shop.py", "ModWsgi"),
        ("mod_wsgi-express module-config", "AnyOther"),
        ("python manage.py runserver", "Django"),
        ("python manage.py migrate", "AnyOther"),
        ("django-admin runserver", "Django"),
        ("python serves.py", "Wsgiref"),
        ("python -X dev serves.py", "Wsgiref"),
        ("python server.py", "AnyOther"),
        ("python missing.py", "AnyOther"),
        ("sleep gunicorn", "AnyOther"),
    ],
)
def test_a_command_is_of_one_kind(programs, typed, kind):
    assert type(kind_of(command.parse(typed, cwd=programs))).__name__ == kind


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
        ("uvicorn --version", True),
        ("waitress-serve --help", True),
        ("flask run --help", True),
        ("flask --app shop run -h 127.0.0.1", False),
        ("python --version", True),
        ("python server.py", False),
    ],
)
def test_a_command_may_ask_for_something(programs, typed, asks):
    kind = kind_of(command.parse(typed))
    assert kind.asks is asks
    if asks:
        record = Record(programs, 1, 0.0)
        assert not kind.emits_events
        assert kind.additions(record) == {}
        assert kind.added(record) == ()


def test_nginx_is_found_where_the_path_does_not_lead(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    kind = kind_of(command.parse("nginx -s stop", installed=installed))
    assert Path(kind.command.program).name.startswith("nginx")
    assert "starts no server" in kind.refusal().summary


def test_a_server_that_is_not_installed_is_named_with_what_installs_it(monkeypatch):
    assert installed("sleep") is None
    with pytest.raises(LaunchError) as told:
        installed("waitress-serve")
    assert told.value.summary == "Waitress is not installed: there is no program 'waitress-serve' here."
    assert told.value.advice == how_to_pip_install("waitress")


@pytest.mark.parametrize(
    ("platform", "manager", "command"),
    [
        ("linux", "apt-get", "sudo apt-get install apache2-bin apache2-dev gcc"),
        ("linux", "dnf", "sudo dnf install httpd-devel gcc"),
        ("darwin", "brew", "brew install httpd"),
    ],
)
def test_mod_wsgi_needs_the_headers_of_apache_first(monkeypatch, platform, manager, command):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(shutil, "which", lambda program: program if program == manager else None)
    with pytest.raises(LaunchError) as told:
        installed("mod_wsgi-express")
    assert told.value.advice == f"{command}; then {how_to_pip_install('mod_wsgi')}"


def test_apache_serves_nothing_as_root(programs, monkeypatch):
    kind = kind_of(command.parse("mod_wsgi-express start-server shop.py", cwd=programs))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert kind.refusal() is None
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert "Apache serves nothing as root" in kind.refusal().summary
    other = kind_of(command.parse("mod_wsgi-express start-server shop.py --user www", cwd=programs))
    assert other.refusal() is None


def test_any_other_command_is_of_the_kind_that_knows_least():
    assert type(kind_of(command.parse("true"))) is AnyOther


def test_each_server_has_a_name_and_a_place_of_its_own():
    assert len({row.name for row in ROWS}) == len({row.place for row in ROWS}) == len(ROWS)


def test_only_the_kinds_name_a_server():
    """The code of no other module does."""
    assert not {str(file.relative_to(PACKAGE)) for file in OUTSIDE if NAMES.search(file.read_text())}


def test_the_sockets_of_a_runtime_directory_have_short_names():
    names = [kind.CONTROL_SOCKET, nginx_conf.ACCESS_SOCKET, Record(Path("x"), 1, 0.0).events.name]
    assert all(len(name) <= LONGEST_SOCKET_NAME for name in names)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("daphne shop:app -p 99999", "There is no port 99999: the highest is 65535."),
        ("uwsgi --http-socket 127.0.0.1:70000", "There is no port 70000: the highest is 65535."),
        ("waitress-serve --threads 0 app:app", "Waitress was asked for no thread: nobody would answer."),
        ("waitress-serve --port= app:app", "Waitress wants a number after --port, and not ''."),
        ("uwsgi -M -p 0 --module shop", "uWSGI was asked for no process (-p): nobody would answer."),
        ("uwsgi", "The command does not say which application to serve."),
        ("uwsgi --http :0 -M -p 2 --threads=4", "The command does not say which application to serve."),
        ("uwsgi --chdir nowhere --module shop", "There is no directory 'nowhere' (--chdir)."),
    ],
)
def test_what_a_server_would_take_otherwise_is_refused(programs: Path, typed: str, said: str) -> None:
    refusal = kind_of(command.parse(typed, cwd=programs)).refusal()
    assert refusal
    assert refusal.summary == said
    assert refusal.advice
