"""Commands that mix two servers, or name one wrongly: what each server says of that, and what the lab does."""

# ruff: noqa: E501 (a table)

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from labapp.observe.kernel import how_to_pip_install
from labapp.servers import LaunchError, command
from labapp.servers.diagnosis import Failure
from labapp.servers.kinds.complaints import misunderstanding
from labapp.servers.kinds.known import installed, kind_of
from labapp.servers.kinds.rows import ROWS

DJANGO = "from django.core.management import execute_from_command_line\n"
WSGIREF = "from wsgiref.simple_server import make_server\n"
AS_GUNICORN = "Gunicorn, uWSGI and Hypercorn"
CLICK, GETOPT = "Usage: x\n\nError: No such option: {}", "Error: option {} not recognized"
ARGPARSE, C = "x: error: unrecognized arguments: {}", "uwsgi: unrecognized option '{}'\ngetopt_long() error"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for program in (program for row in ROWS for program in row.programs):
        (tmp_path / program).touch(mode=0o755)
    (tmp_path / "unitd").touch(mode=0o755)
    (tmp_path / "manage.py").write_text(DJANGO)
    (tmp_path / "serve.py").write_text(WSGIREF)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "log", "said", "advice"),
    [
        (f"{typed} {option}", form.format(option.split()[0]), said, advice)
        for typed, form, option, said, advice in (
            ("gunicorn shop:app", ARGPARSE, "--port 8", "Gunicorn has no option --port: .* Daphne", "^write --bind 127.0.0.1:8; `"),
            ("gunicorn x:a --port 9", ARGPARSE, "--host lo", "Gunicorn has no option --host", "--bind lo:9;"),
            ("uvicorn shop:app", CLICK, "--bind 127.0.0.1:9", "Uvicorn", "write --host 127.0.0.1 --port 9;"),
            ("gunicorn shop:app", ARGPARSE, "--processes 4", "no option --processes: .* uWSGI", "--help"),
            ("waitress-serve shop:app", GETOPT, "-w 4", f"Waitress .* -w: it is one of {AS_GUNICORN}", ""),
            ("waitress-serve shop:app", GETOPT, "-b x", "has no option -b: .* Gunicorn, Hypercorn and D", ""),
            ("python -m waitress shop:app", GETOPT, "--bind x", "Gunicorn", "`python -m waitress --help`"),
            ("uvicorn shop:app", CLICK, "-w 4", f"Uvicorn has no option -w: it is one of {AS_GUNICORN}", ""),
            ("uvicorn shop:app", CLICK, "-k x", "no option -k: it is one of Gunicorn and Hypercorn", ""),
            ("uvicorn shop:app", CLICK, "--threads 3", "Gunicorn, Waitress, uWSGI and mod_wsgi", ""),
            ("hypercorn shop:app", ARGPARSE, "--port 8", "Hypercorn has no option --port", ""),
            ("granian shop:app", CLICK, "--processes 4", "Granian .* one of uWSGI and mod_wsgi", ""),
            ("daphne shop:app", ARGPARSE, "--host x", "Daphne has no option --host: .* Granian", ""),
            ("python -m daphne shop:app", ARGPARSE, "-x", "Daphne has no option -x[.]", "-m daphne --help"),
            ("uwsgi --module shop", C, "--port 8", "uWSGI has no option --port", "`uwsgi --help`"),
            ("uwsgi --module shop", "uwsgi: invalid option -- '{0[1]}'", "-k x", "no option -k: .*Gunic", ""),
            ("flask --app shop run", CLICK, "-w 4", "Flask's own server has no option -w", "flask run --help"),
            ("python manage.py runserver", ARGPARSE, "--port 8", "Django's .* --port", "manage.py runserver"),
            ("python manage.py runserver", ARGPARSE, "-b x", "no option -b: .* Gunicorn", ""),
            ("mod_wsgi-express start-server x", CLICK, "--bind x", "mod_wsgi has no option --bind", ""),
            ("python serve.py", ARGPARSE, "--port 8", "^serve.py has no option --port: it is one of", ""),
            ("nginx", 'nginx: invalid option: "-"', "--workers 3", "Nginx has no .* --workers: .* Gun", "`nginx -h`"),
            ("nginx", 'nginx: invalid option: "w"', "-w 3", f"Nginx .* -w: it is one of {AS_GUNICORN}", ""),
            ("waitress-serve shop:app", "Error: option {} requires argument", "--threads", "a value after --t", ""),
            ("uvicorn shop:app", "Error: Option '{}' requires an argument.", "--port", "wants a value after", ""),
            ("uwsgi", "uwsgi: option '{}' requires an argument", "--module", "uWSGI wants a value after --m", ""),
            ("daphne x", "daphne: error: argument {}/--port: expected one argument", "-p", "after -p/--port", ""),
        )
    ]
    + [
        (typed, log, f"takes {option} only (?:after|before) `{subcommand}`", re.escape(moved))
        for typed, log, option, subcommand, moved in (
            ("flask --port 5 --app shop run", CLICK.format("--port"), "--port", "run", "flask --app shop run --port 5"),
            ("flask --app shop --port=5 run", CLICK.format("--port"), "--port", "run", "flask --app shop run --port=5"),
            ("flask run --app x --port 5", CLICK.format("--app"), "--app", "run", "flask --app x run --port 5"),
            ("flask --reload --app x run", CLICK.format("--reload"), "--reload", "run", "flask --app x run --reload"),
            (
                "python manage.py --noreload runserver",
                "Unknown command: '--noreload'\nType 'manage.py help' for usage.",
                "--noreload",
                "runserver",
                "python manage.py runserver --noreload",
            ),
        )
    ],
)  # fmt: skip
def test_it_is_said_whose_an_option_is_and_where_it_belongs(folder, typed, log, said, advice):
    found = kind_of(command.parse(typed, cwd=folder)).diagnose(Failure(log, 2))
    assert re.search(said, found.summary), found
    assert re.search(advice, found.advice), found
    assert "did you mean" not in found.advice, "It is known what is meant."


@pytest.mark.parametrize(
    ("typed", "said", "advice"),
    [
        ("gunicorn -p 8000 shop:app", "-p names a file for its pid: `-p 8000`", "--bind 127.0.0.1:8000"),
        ("hypercorn shop:app -p8000", "For Hypercorn, -p names a file", "--bind 127.0.0.1:8000"),
        ("uwsgi -p 8000 --module shop", "how many processes", "--http-socket 127.0.0.1:8000"),
        ("uwsgi -b 127.0.0.1:9 --module shop", "how large a request may be", "--http-socket 127.0.0.1:9"),
        ("uwsgi --module shop -w 4", "-w names the module", "--processes 4"),
        ("python -m wsgiref.simple_server", "answers one request", "serve_forever"),
        ("python -m uwsgi --module shop", "uWSGI is no module", "write uwsgi --module shop"),
        ("python -m waitress-serve shop:app", "called waitress-serve", "write waitress-serve shop:app"),
        ("python -m pyuwsgi --module shop", "uWSGI is no module", "write pyuwsgi --module shop"),
        ("flask --debug --app shop", "when it is told to `run`", "write flask --debug --app shop run"),
        ("python manage.py", "when it is told to `runserver`", "write python manage.py runserver"),
        ("mod_wsgi-express shop.py", "told to `start-server`", "write mod_wsgi-express start-server shop.py"),
        ("unitd --no-daemon", "no server of the lab", "gunicorn shop:app"),
        ("flask --debug routes", None, None),
        ("python manage.py migrate", None, None),
        ("python serve.py", None, None),
        ("gunicorn -p shop.pid shop:app", None, None),
        ("uwsgi -M -p 2 -w shop -b 8192", None, None),
        ("daphne -p 8000 shop:app", None, None),
        ("python -m waitress shop:app", None, None),
        ("python -m http.server 0", None, None),
    ],
)
def test_what_means_something_else_there_is_said_before_anything_runs(folder, typed, said, advice):
    found = misunderstanding(command.parse(typed, cwd=folder))
    assert (found is None) is (said is None)
    assert found is None or (said in found.summary and advice in found.advice)


@pytest.mark.parametrize(
    ("typed", "log", "said", "advice"),
    [
        (
            "uwsgi x:site",
            "unable to load configuration from {}",
            "for a configuration file",
            "--module x:site",
        ),
        (
            "uwsgi -M x",
            "unable to load configuration from {}",
            "configuration file",
            "uwsgi -M --module x:site",
        ),
        ("uwsgi x.py", "unable to load configuration from {}", "x.py", "--wsgi-file x.py --callable site"),
        (
            "flask x run",
            "Error: No such command '{}'.",
            "the application by --app",
            "write flask --app x run",
        ),
        (
            "daphne x",
            "ValueError: not enough values to unpack (expected 2, got 1)",
            "a colon",
            "write x:site.",
        ),
        (
            "waitress-serve x:site --port 5",
            "Error: Specify one application only",
            "before",
            "--port 5 x:site",
        ),
        ("waitress-serve --port 5 x:site y", "Error: Specify one application only", "one application", ""),
        ("waitress-serve x y", "Error: Specify one application only", "before", ""),
        *(
            (typed, log, "which application to serve", f"{typed} shop:app")
            for typed, log in (
                ("uvicorn", "Error: Missing argument 'APP'."),
                ("daphne -p 0", "daphne: error: the following arguments are required: application"),
                ("waitress-serve --port 0", "Error: Specify one application only"),
            )
        ),
        (
            "uvicorn x --reload",
            'ERROR: Error loading ASGI app. Import string "{}" must be in format "<module>:<attribute>".',
            "names a module, 'x', and no",
            "uvicorn x:site --reload",
        ),
        (
            "uvicorn x --http h12",
            'ImportFromStringError: Import string "h12" must be in format "<module>:<attribute>".',
            "must be in format",
            "correct",
        ),
        ("hypercorn ./x.py:site", "ModuleNotFoundError: No module named 'x'", "path, './x.py'", "x:site"),
        (
            "waitress-serve sub/y.py:site",
            "ModuleNotFoundError: No module named 'sub/y'",
            "Waitress wants a module",
            "waitress-serve sub.y:site",
        ),
        ("granian z.py:site", "Could not import 'z'.", "There is no file 'z.py' in", "correct its name"),
        ("hypercorn x.py:no", "AttributeError: module 'x' has no attribute 'no'", "no attribute", "offers"),
        (
            "uvicorn x:site --loop=uvloop",
            "ModuleNotFoundError: No module named 'uvloop'",
            "needs the package 'uvloop' for --loop",
            "pip install uvloop",
        ),
    ],
)
def test_an_application_named_another_servers_way_is_named_this_ones(folder, typed, log, said, advice):
    (folder / "sub").mkdir()
    for name in ("x.py", "sub/y.py"):
        (folder / name).write_text("site = lambda environ, start: []\n")
    named = next((word for word in typed.split() if word.startswith("x")), "")
    found = kind_of(command.parse(typed, cwd=folder)).diagnose(Failure(log.format(named), 1))
    assert said in found.summary
    assert advice in found.advice


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("uwsgi -s /tmp/x.sock --module x", "speaks a protocol for proxies, and no HTTP"),
        ("uwsgi --module nowhere:app", "There is no module 'nowhere' to import"),
        ("uwsgi --module nowhere:app --chdir /srv", None),
        ("uwsgi --module x -p four", "wants a number after -p, and not 'four'"),
        ("uwsgi --module x --socket x.sock --http-socket 127.0.0.1:0", None),
        ("uwsgi --module x --protocol http --socket x.sock", None),
    ],
)
def test_uwsgi_is_told_what_it_would_not_say(folder, typed, said):
    (folder / "x.py").touch()
    found = kind_of(command.parse(typed, cwd=folder)).refusal()
    assert (found is None) is (said is None)
    assert found is None or said in found.summary


@pytest.mark.parametrize(
    ("called", "program"),
    [("waitress", "waitress-serve"), ("mod_wsgi", "mod_wsgi-express"), ("django", "django-admin")],
)
def test_a_package_is_told_from_its_program(called, program):
    with pytest.raises(LaunchError) as told:
        installed(called)
    assert told.value.summary.endswith(f"has no program {called!r}: it is called {program}.")
    assert how_to_pip_install(called) in told.value.advice


@pytest.mark.parametrize(
    ("typed", "log", "said", "advice"),
    [
        (
            "python -m uvicorn x:app",
            "python: No module named uvicorn",
            "Uvicorn is not installed for",
            "-m uvicorn x",
        ),
        (
            "python manage.py runserver",
            "ModuleNotFoundError: No module named 'django'",
            "Django's own",
            "manage.py",
        ),
        (
            "hypercorn x -k trio",
            "ModuleNotFoundError: No module named 'trio'",
            "need the package",
            "hypercorn.trio.",
        ),
    ],
)
def test_a_package_that_another_python_lacks_is_not_installed_for_this_one(folder, typed, log, said, advice):
    (folder / "python").touch(mode=0o755)
    typed = typed.replace("python ", f"{folder}/python ")
    found = kind_of(command.parse(typed, cwd=folder)).diagnose(Failure(log, 1))
    assert said in found.summary
    assert re.search(advice, found.advice)
    assert f"{folder}/python -m pip" not in found.advice


def test_what_is_no_port_is_no_address(folder):
    for typed in ("waitress-serve --port shop:app", "uvicorn shop:app --host 0.0.0.0 --port x"):
        assert kind_of(command.parse(typed, cwd=folder)).exposure() is None


def test_who_speaks_tls_is_told_from_who_is_slow(folder):
    for typed, said in (
        ("flask --app x run --cert=adhoc", "speaks TLS, as --cert"),
        ("uvicorn x:site", "within 1 s"),
    ):
        failure = Failure("", None, timeout=1)
        assert said in kind_of(command.parse(typed, cwd=folder)).diagnose(failure).summary
