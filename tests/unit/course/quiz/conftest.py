"""Every test has a state of its own, and finds one small lesson with a quiz."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.places import SHOUT

from labapp.course.quiz import Quiz
from labapp.course.quiz.quiz import _forms
from labapp.course.state import open_state


@pytest.fixture(autouse=True)
def state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "state"
    monkeypatch.setenv("LABAPP_STATE_DIR", str(folder))
    open_state.cache_clear()
    yield folder
    open_state.cache_clear()
    for form in _forms.values():
        form.close()
    _forms.clear()


@pytest.fixture
def quiz(monkeypatch: pytest.MonkeyPatch) -> Quiz:
    monkeypatch.setenv("LABAPP_LESSONS", str(SHOUT / "lessons"))
    return Quiz("90-shout")
