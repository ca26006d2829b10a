"""Where a module is that was not found, and the launch that finds it."""

from __future__ import annotations

from pathlib import Path

import pytest

from labapp.servers.command import parse
from labapp.servers.diagnosis.exceptions import explain_exception, missing_module
from labapp.servers.diagnosis.tracebacks import Traceback
from labapp.servers.diagnosis.whereabouts import folder_of

FILES = (
    "backend/shop.py backend/other.py backend/near.py backend/app/__init__.py backend/app/main.py "
    "top.py lib/tool.py "
    "site/site/__init__.py site/site/wsgi.py .hidden/secret.py env/pyvenv.cfg env/lib/flask.py a/b/c/deep.py"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in FILES.split():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_module_is_looked_for_below_and_above(folder: Path) -> None:
    assert folder_of("shop", folder) == folder / "backend"
    assert folder_of("app.main", folder) == folder / "backend"
    assert folder_of("site.wsgi", folder) == folder / "site"
    assert folder_of("deep", folder) == folder / "a/b/c"
    assert folder_of("shop", folder / "backend/app") == folder / "backend"
    for none in ("secret", "flask", "nowhere"):
        assert folder_of(none, folder) is None


def test_a_module_elsewhere_is_told_with_the_launch_that_finds_it(folder: Path) -> None:
    found = missing_module("shop", parse("gunicorn shop:app --workers 2", cwd=folder), "The application")
    assert found.summary == "There is no module 'shop' where gunicorn starts: it is in backend/."
    assert found.advice == 'start it there: lab.launch("gunicorn shop:app --workers 2", cwd="backend")'
    up = missing_module("shop", parse("gunicorn shop:app", cwd=folder / "backend/app"), "The application")
    assert "it is in ../." in up.summary
    assert up.advice.endswith('cwd="backend")')


def test_where_no_module_is_near_those_are_told_that_serve(folder: Path) -> None:
    (folder / "backend/shop.py").write_text("from flask import Flask\napp = Flask(__name__)\n")
    found = missing_module("wsgi", parse("gunicorn wsgi:app", cwd=folder / "backend"), "The application")
    assert found.advice.startswith("did you mean shop:app? ")


@pytest.mark.parametrize(
    ("command", "where", "file", "said"),
    [
        (
            "gunicorn backend.other:app",
            ".",
            "backend/other.py",
            (
                "ModuleNotFoundError: No module named 'near'",
                "imports 'near' (other.py, line 1), which is in backend/: modules are not looked for there.",
                'start it there: lab.launch("gunicorn other:app", cwd="backend")',
            ),
        ),
        (
            "gunicorn top:app",
            ".",
            "top.py",
            (
                "ModuleNotFoundError: No module named 'tool'",
                "imports 'tool' (top.py, line 1), which is in lib/",
                'env={"PYTHONPATH": "lib"}',
            ),
        ),
        (
            "gunicorn main:app",
            "backend/app",
            "backend/app/main.py",
            (
                "ImportError: attempted relative import with no known parent package",
                "main.py, line 1 imports from its own package, and was imported without it, as 'main'.",
                'where it is app.main: lab.launch("gunicorn app.main:app", cwd="backend"); or write',
            ),
        ),
        (
            "gunicorn app.main:app",
            "backend",
            "backend/app/main.py",
            (
                "ImportError: attempted relative import beyond top-level package",
                "imports from its own package, and was imported without it, as 'app.main'.",
                'where it is backend.app.main: lab.launch("gunicorn backend.app.main:app", cwd=".")',
            ),
        ),
    ],
)
def test_an_import_that_fails_is_told_with_the_launch_that_does_not(
    folder: Path, command: str, where: str, file: str, said: tuple[str, str, str]
) -> None:
    exception, summary, advice = said
    traceback = Traceback(exception, str(folder / file), 1)
    parsed = parse(command, cwd=folder / where)
    found = explain_exception(traceback, parsed, "It cannot be loaded", "The application")
    assert summary in found.summary
    assert advice in found.advice
