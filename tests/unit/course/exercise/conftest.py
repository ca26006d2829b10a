"""Every test has a state of its own, and finds one small lesson."""

from pathlib import Path

import pytest
from support.places import SHOUT

from labapp.course.exercise.running import yardstick
from labapp.course.state import open_state


@pytest.fixture(autouse=True)
def state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state"
    monkeypatch.setenv("LABAPP_STATE_DIR", str(folder))
    open_state.cache_clear()
    return folder


@pytest.fixture(autouse=True)
def lessons(monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LABAPP_LESSONS", str(SHOUT / "lessons"))
    return SHOUT / "lessons"


@pytest.fixture(autouse=True)
def usual_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take this machine for one that is as fast as usual, whatever it has to do."""
    monkeypatch.setattr(yardstick, "slowness", lambda: 1.0)
