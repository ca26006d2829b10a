"""What a newcomer gets by one command builds, runs and holds the contract before a word is changed."""

import shutil
from pathlib import Path

import nbformat
import pytest
from support.places import ROOT

from labapp.course import build
from labapp.course.new_lesson import main


def test_the_template_is_a_true_lesson(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lessons = tmp_path / "lessons"
    lessons.mkdir()
    for name in ("template", "00-welcome"):
        shutil.copytree(ROOT / "lessons" / name, lessons / name)
    for name in ("glossary.md", "sanitise.cfg"):
        shutil.copy(ROOT / "lessons" / name, lessons)
    (tmp_path / "notebooks").mkdir()
    for name in ("00-welcome.ipynb", "glossary.ipynb"):  # To these it links.
        shutil.copy(ROOT / "notebooks" / name, tmp_path / "notebooks")
    monkeypatch.setenv("LABAPP_LESSONS", str(lessons))
    monkeypatch.chdir(tmp_path)

    assert main(["14", "unix-sockets", "--title", "Sockets with a path"]) == 0
    told = capsys.readouterr().out
    assert "build 14\n" in told
    assert "build 00, which name it\n" in told
    assert build.main(["14"]) == 0, capsys.readouterr()
    built = nbformat.read(tmp_path / "notebooks" / "14-unix-sockets.ipynb", as_version=4)
    assert built.cells[0].source.startswith("# Sockets with a path\n")
    assert not [cell for cell in built.cells if "TITLE" in cell.source or "NAME" in cell.source]
