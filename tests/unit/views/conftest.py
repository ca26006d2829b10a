"""A server to watch that is no server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest
from support.made_up import NOW, FakeServer

from labapp.servers.server import Server
from labapp.views.live import view as live
from labapp.views.live.view import LiveView


@pytest.fixture(autouse=True)
def _one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the clock by which a process tells its age."""
    monkeypatch.setattr("labapp.observe.kernel.process.clock", lambda: NOW)


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


@pytest.fixture
def view(server: FakeServer) -> Iterator[LiveView]:
    """The live view of the made-up server, closed in the end."""
    with live.watch(cast(Server, server)) as shown:
        yield shown
    live._views.clear()
