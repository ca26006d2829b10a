"""The lab's end of a server's events."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from labapp.observe.server_events.datagrams import Datagrams, listen_for_events
from labapp.observe.server_events.decode import decode_events
from labapp.observe.server_events.events import ServerEvent
from labapp.observe.server_events.recognise import is_event

Heard = Callable[[], list[ServerEvent]]


@pytest.fixture
def place(runtime_directory: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    runtime_directory.mkdir()
    monkeypatch.setenv("LABAPP_RUNTIME", str(runtime_directory))
    return runtime_directory / "events"


@pytest.fixture
def heard(place: Path) -> Iterator[Heard]:
    """Return the events that came since the last call."""

    def hear() -> list[ServerEvent]:
        data = received.read()
        assert all(map(is_event, data))
        return decode_events(map(json.loads, data))

    with closing(Datagrams(listen_for_events(place))) as received:
        yield hear
    place.unlink()
