from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support.places import ROOT

LESSON = ROOT / "lessons" / "10-operations"


@pytest.fixture
def folder() -> Path:
    """Return the folder of the lesson on operations."""
    return LESSON


@pytest.fixture
def needs() -> Callable[[str], str]:
    """Return what tells where a program is, and skips the test where there is none."""

    def found(program: str) -> str:
        if not (path := shutil.which(program)):
            pytest.skip(f"there is no {program} here")
        return path

    return found
