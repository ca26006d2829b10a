"""An application that is named by a file, a path or half a name is named rightly."""

from __future__ import annotations

from pathlib import Path

import pytest

from labapp.servers.command import parse
from labapp.servers.kinds.gunicorn.naming import misnamed

NO_PACKAGE = "TypeError: the 'package' argument is required to perform a relative import for '{}'"
FILE = "Failed to find application, did you mean '{}:app'?"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shop.py").write_text("def app(environ, start_response): ...\n")
    (tmp_path / "backend").mkdir()
    (tmp_path / "backend/made.py").write_text("def create_app():\n    return Flask(__name__)\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("command", "log", "summary", "advice"),
    [
        ("gunicorn shop.py", FILE.format("shop"), "'shop.py'", "write gunicorn shop:app"),
        (
            "gunicorn -w 2 shop.py:make",
            FILE.format("shop"),
            "'shop.py:make'",
            "write gunicorn -w 2 shop:make",
        ),
        ("gunicorn ./shop.py", NO_PACKAGE.format("./shop.py"), "'./shop.py'", "write gunicorn shop:app"),
        ("gunicorn .shop:app", NO_PACKAGE.format(".shop"), "'.shop:app'", "write gunicorn shop:app"),
        (
            "gunicorn backend/made.py",
            FILE.format("backend/made"),
            "a file or a path, 'backend/made.py', and Gunicorn wants a module.",
            'start it where the module is: lab.launch(\'gunicorn "made:create_app()"\', cwd="backend")',
        ),
        (
            "gunicorn labapp/web/callables.py:nap",
            "ModuleNotFoundError: No module named 'labapp/web/callables'",
            "'labapp/web/callables.py:nap'",
            "write gunicorn labapp.web.callables:nap",
        ),
        (
            "gunicorn backend/made:app",
            "ModuleNotFoundError: No module named 'backend/made'",
            "'backend/made:app'",
            'lab.launch("gunicorn made:app", cwd="backend")',
        ),
        (
            "gunicorn shop.app",
            "ModuleNotFoundError: No module named 'shop.app'; 'shop' is not a package",
            "'shop.app' names a module within a module, and there is none.",
            "such as gunicorn shop:app",
        ),
        (
            "gunicorn shop:",
            "Failed to parse '' as an attribute name or function call.",
            "'shop:' names no application after its colon.",
            "such as gunicorn shop:app",
        ),
        (
            "gunicorn :app",
            "ValueError: Empty module name",
            "':app' names no module before its colon.",
            "shop:app",
        ),
    ],
)
def test_a_name_is_put_right(folder: Path, command: str, log: str, summary: str, advice: str) -> None:
    found = misnamed(log, parse(command, cwd=folder))
    assert found
    assert summary in found.summary
    assert advice in found.advice


def test_what_the_application_imports_is_not_its_name() -> None:
    log = "ModuleNotFoundError: No module named 'flask.tulip'; 'flask' is not a package"
    assert misnamed(log, parse("gunicorn shop:app")) is None
