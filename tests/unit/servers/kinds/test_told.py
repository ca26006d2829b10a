"""Where servers without hooks are bound: by the lab where the command names nothing, else as it says."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from labapp.servers import command
from labapp.servers.guard.records import Record
from labapp.servers.kinds.known import kind_of
from labapp.servers.kinds.rows import ROWS

FILES = {
    "bound.ini": "[uwsgi]\nhttp-socket = 127.0.0.1:9\nmaster = true\n",
    "open.ini": "[uwsgi]\nhttp = :9090\n",
    "bare.ini": "[uwsgi]\nmodule = shop\n",
    "bound.toml": 'bind = "127.0.0.1:9"\n',
    "bare.toml": "workers = 2\n",
    "manage.py": "from django.core.management import execute_from_command_line\n",
    "serve.py": "from wsgiref.simple_server import make_server\n",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for program in (program for row in ROWS for program in row.programs):
        (tmp_path / program).touch(mode=0o755)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "ran"),
    [
        ("waitress-serve shop:app", "waitress-serve --host 127.0.0.1 --port 0 shop:app"),
        ("waitress-serve --port=9 shop:app", "waitress-serve --host 127.0.0.1 --port=9 shop:app"),
        ("waitress-serve --listen=127.0.0.1:9 shop:app", None),
        ("waitress-serve --unix-socket=x shop:app", None),
        ("python -m waitress shop:app", "python -m waitress --host 127.0.0.1 --port 0 shop:app"),
        ("nohup uvicorn shop:app", "nohup uvicorn --port 0 shop:app"),
        ("uvicorn shop:app --port 9", None),
        ("uvicorn shop:app --uds x", None),
        ("UVICORN_PORT=9 uvicorn shop:app", "uvicorn shop:app"),
        ("uvicorn --version", None),
        ("hypercorn shop:app", "hypercorn --bind 127.0.0.1:0 shop:app"),
        ("hypercorn shop:app -b 127.0.0.1:9", None),
        ("hypercorn shop:app -c bound.toml", None),
        ("hypercorn shop:app -c bare.toml", "hypercorn --bind 127.0.0.1:0 shop:app -c bare.toml"),
        ("granian shop:app", "granian --port N shop:app"),
        ("daphne shop:app", "daphne --port 0 shop:app"),
        ("daphne -p 9 shop:app", None),
        ("daphne -e tcp:port=9 shop:app", None),
        ("flask --app shop run", "flask --app shop run --port 0"),
        ("flask --app shop run --debug", "flask --app shop run --port 0 --debug"),
        ("flask --app shop run -p9", None),
        ("uwsgi --module shop", "uwsgi --http-socket 127.0.0.1:0 --module shop"),
        ("uwsgi --http 127.0.0.1:9 --module shop", None),
        ("uwsgi --ini bound.ini", None),
        ("uwsgi --ini bare.ini", "uwsgi --http-socket 127.0.0.1:0 --ini bare.ini"),
        ("python manage.py runserver", "python manage.py runserver 127.0.0.1:N"),
        ("python manage.py runserver 9 --noreload", None),
        ("python serve.py", None),
    ],
)
def test_a_free_port_is_added_where_the_command_names_none(folder, typed, ran):
    kind = kind_of(command.parse(typed, cwd=folder))
    run = kind.command.extended(kind.added(Record(folder, 1, 0.0)), kind.subcommand)
    words = re.sub(r"\b\d{4,5}\b", "N", " ".join(run.argv))
    assert words == (typed if ran is None else ran)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("waitress-serve --listen=*:8080 shop:app", "*:8080"),
        ("waitress-serve --host 0.0.0.0 shop:app", "0.0.0.0:8080"),
        ("uvicorn shop:app --host 0.0.0.0", "0.0.0.0:8000"),
        ("UVICORN_HOST=0.0.0.0 uvicorn shop:app", "0.0.0.0:8000"),
        ("hypercorn shop:app --bind 0.0.0.0:9", "0.0.0.0:9"),
        ("granian shop:app --host ::", "[::]:8000"),
        ("daphne -b 0.0.0.0 shop:app", "0.0.0.0:8000"),
        ("flask --app shop run -h 0.0.0.0", "0.0.0.0:5000"),
        ("uwsgi --http :9090 --module shop", ":9090"),
        ("uwsgi --ini open.ini", ":9090"),
        ("python manage.py runserver 0.0.0.0:8000", "0.0.0.0:8000"),
        ("python manage.py runserver 0:8000", "0:8000"),
        ("waitress-serve shop:app", None),
        ("uvicorn shop:app --host localhost", None),
        ("hypercorn shop:app --bind unix:shop.sock", None),
        ("uwsgi --socket /tmp/shop.sock --module shop", None),
    ],
)
def test_an_address_that_others_can_reach_is_seen_before_anything_runs(folder, typed, address):
    assert kind_of(command.parse(typed, cwd=folder)).exposure() == address


@pytest.mark.parametrize(
    ("typed", "prefork", "reloads"),
    [
        ("uvicorn shop:app", False, False),
        ("uvicorn shop:app --workers 3", True, False),
        ("WEB_CONCURRENCY=2 uvicorn shop:app", True, False),
        ("uvicorn shop:app --reload", False, True),
        ("hypercorn shop:app", True, False),
        ("hypercorn shop:app --workers 0", False, False),
        ("flask --app shop run", False, False),
        ("flask --app shop run --debug", False, True),
        ("flask --app shop --debug run", False, True),
        ("FLASK_DEBUG=1 flask --app shop run", False, True),
        ("flask --app shop run --debug --no-reload", False, False),
        ("python manage.py runserver", False, True),
        ("python manage.py runserver --noreload", False, False),
        ("uwsgi --module shop", False, False),
        ("uwsgi --module shop -M", True, False),
        ("uwsgi --ini bound.ini", True, False),
    ],
)
def test_who_the_first_process_is_shows_in_the_command(folder, typed, prefork, reloads):
    kind = kind_of(command.parse(typed, cwd=folder))
    assert (kind.prefork, kind.reloads) == (prefork, reloads)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("uvicorn shop:app --uds=", "names no path"),
        ("uvicorn shop:app --uds none/s", "no directory"),
        ("hypercorn shop:app -b unix:none/s", "no directory"),
        ("waitress-serve --unix-socket=none/s shop:app", "no directory"),
        ("daphne -u none/s shop:app", "no directory"),
        ("granian shop:app --uds s", None),
        ("hypercorn shop:app -b 127.0.0.1", None),
    ],
)
def test_a_unix_socket_that_cannot_be_is_said_before_anything_runs(folder, typed, said):
    found = kind_of(command.parse(typed, cwd=folder)).refusal()
    assert (found is None) is (said is None)
    assert found is None or said in found.summary
