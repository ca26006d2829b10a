"""The lab's end of what a server's processes tell."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from labapp.observe.sampler import datagrams
from labapp.observe.sampler.datagrams import Datagrams, is_event

Heard = Callable[[], list[list[Any]]]


@pytest.fixture
def place(runtime_directory: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    runtime_directory.mkdir()
    monkeypatch.setenv("LABAPP_RUNTIME", str(runtime_directory))
    return runtime_directory / "events"


@pytest.fixture
def heard(place: Path) -> Iterator[Heard]:
    """Return what was told since the last call."""

    def hear() -> list[list[Any]]:
        data = received.read()
        assert all(map(is_event, data))
        return [json.loads(one) for one in data]

    with closing(Datagrams(datagrams.listen(place))) as received:
        yield hear
    place.unlink()
