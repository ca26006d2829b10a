"""What the tests of Nginx share."""

from collections.abc import Callable
from typing import Any

import pytest
from support.upstreams import PROGRAMS

from labapp import lab
from labapp.servers.kinds.nginx.server import NginxServer


@pytest.fixture
def nginx(request: pytest.FixtureRequest) -> Callable[..., NginxServer]:
    """Run Nginx, and stop it after the test."""

    def run(config: Any, **names: Any) -> NginxServer:
        server = lab.nginx(config, **names)
        request.addfinalizer(lambda: server.stop(timeout=1))
        return server

    return run


@pytest.fixture
def gunicorn(request: pytest.FixtureRequest) -> Callable[..., lab.Server]:
    """Launch Gunicorn where the test programs are, and stop it after the test."""

    def launch(words: str = "seen:app", **options: Any) -> lab.Server:
        server = lab.launch(f"gunicorn {words}", cwd=PROGRAMS, **options)
        request.addfinalizer(lambda: server.stop(timeout=0))
        return server

    return launch
