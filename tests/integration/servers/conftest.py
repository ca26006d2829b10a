"""What the tests of servers share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.remains import PROGRAMS

from labapp import lab


@pytest.fixture
def launch(request: pytest.FixtureRequest) -> Callable[..., lab.Server]:
    """Launch where the test programs are, and stop it after the test."""

    def launch_here(command: str = 'gunicorn "app:create_app()"', **options: Any) -> lab.Server:
        server = lab.launch(command, **{"cwd": PROGRAMS} | options)
        request.addfinalizer(lambda: server.stop(timeout=1))
        return server

    return launch_here


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working directory with the test application in it, to add to."""
    (tmp_path / "app.py").write_text((PROGRAMS / "app.py").read_text())
    return tmp_path
