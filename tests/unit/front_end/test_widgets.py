"""A kernel whose JupyterLab is another environment's, which may not show widgets."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from labapp.course.quiz import Quiz
from labapp.front_end import NEEDED, VIEW, UnknownError, live_output, widgets

STILL = {"image/svg+xml": "<svg/>", "text/plain": "master"}


OTHERS = "/its/bin/python"


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the extensions of another environment's JupyterLab lie."""
    monkeypatch.setattr(widgets, "server_python", lambda: OTHERS)
    monkeypatch.setattr(widgets, "_folders", {OTHERS: [tmp_path]}.__getitem__)
    return tmp_path


def bring(folder: Path, name: str) -> None:
    (folder / name).mkdir(parents=True)
    (folder / name / "package.json").touch()


def test_a_picture_says_why_it_stands_still_and_what_mends_it(other: Path) -> None:
    for name, package in reversed(NEEDED.items()):
        shown = live_output("7", STILL)
        assert VIEW not in shown
        for text in (shown["text/html"], shown["text/plain"]):
            assert f"In a terminal: {OTHERS} -m pip install " in text
            assert package in text
        assert shown["text/html"].endswith("<svg/>")
        assert shown["text/plain"].endswith("\nmaster")
        bring(other, name)
    live = {"version_major": 2, "version_minor": 0, "model_id": "7"}
    assert live_output("7", STILL) == {VIEW: live, **STILL}


def test_so_does_a_question(other: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labapp.course.kernel.in_a_kernel", lambda: True)
    shown = Quiz("00-welcome")("pids")._repr_mimebundle_()
    assert set(shown) == {"text/html", "text/plain"}
    assert "lacks jupyterlab_widgets and anywidget. In a terminal: " in shown["text/html"]
    assert "<details>" in shown["text/html"]


@pytest.mark.parametrize("python", ["", sys.executable])
def test_of_a_front_end_that_is_unknown_or_has_all_nothing_is_said(
    python: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(widgets, "server_python", lambda: python)
    assert VIEW in live_output("7", STILL)


def test_nor_of_one_that_does_not_tell(other: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(python: str) -> list[str]:
        raise UnknownError(python)

    monkeypatch.setattr(widgets, "_folders", refuse)
    assert VIEW in live_output("7", STILL)
