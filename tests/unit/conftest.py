"""A unit test starts no process: what does is an integration test. The lab's end of a server's events."""

from __future__ import annotations

import _posixsubprocess
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import pytest

from labapp.observe.server_events.datagrams import Datagrams, listen_for_events
from labapp.observe.server_events.decode import decode_events
from labapp.observe.server_events.events import ServerEvent
from labapp.observe.server_events.recognise import is_event
from labapp.observe.server_events.request_ends import flat

Heard = Callable[[], list[ServerEvent]]

STARTS = (
    (subprocess.Popen, "__init__"),
    (_posixsubprocess, "fork_exec"),
    (os, "fork"),
    (os, "forkpty"),
    (os, "posix_spawn"),
    (os, "system"),
)


@pytest.fixture(autouse=True)
def _no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **options: object) -> NoReturn:
        pytest.fail("a unit test starts a process: it belongs into tests/integration")

    for owner, name in STARTS:
        monkeypatch.setattr(owner, name, refuse)


@pytest.fixture
def place(runtime_directory: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    runtime_directory.mkdir()
    monkeypatch.setenv("LABAPP_RUNTIME", str(runtime_directory))
    return runtime_directory / "events"


@pytest.fixture
def received(place: Path) -> Iterator[Datagrams]:
    """The lab's end of the socket at `place`."""
    with closing(Datagrams(listen_for_events(place))) as received:
        yield received
    place.unlink()


@pytest.fixture
def heard(received: Datagrams) -> Heard:
    """Return the events that came since the last call."""

    def hear() -> list[ServerEvent]:
        data = received.read()
        assert all(map(is_event, data))
        return list(flat(decode_events(map(json.loads, data + received.read_pages()))))

    return hear
