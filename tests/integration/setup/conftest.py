from __future__ import annotations

import sys
from pathlib import Path

import pytest
from support.places import ROOT

# The set-up's scripts are no package: each runs by itself, and finds its fellows beside it.
sys.path.insert(0, str(ROOT / "setup"))


@pytest.fixture
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    """Put programs on a PATH that holds nothing else."""
    programs = Programs(tmp_path / "bin")
    monkeypatch.setenv("PATH", str(programs.folder))
    return programs


class Programs:
    """A folder of made-up programs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def __call__(self, name: str, script: str) -> Path:
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    def link(self, name: str, target: str) -> Path:
        path = self.folder / name
        path.symlink_to(target)
        return path
