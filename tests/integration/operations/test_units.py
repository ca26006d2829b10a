"""The units of systemd hold before systemd's own tools, which do without systemd running."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

HOME = "/opt/course/.venv"


@pytest.fixture
def units(folder: Path, needs: Callable[[str], str]) -> Iterator[Path]:
    """Copy the units, with a Gunicorn that is here; skip where there is no systemd to read them."""
    needs("systemd-analyze")
    with tempfile.TemporaryDirectory(dir="/tmp") as name:  # Its path has no blank, nor has that of the units.
        place = Path(name)
        (place / "venv").symlink_to(sys.prefix)
        for unit in (folder / "systemd").glob("course.*"):
            (place / unit.name).write_text(unit.read_text().replace(HOME, str(place / "venv")))
        yield place


def analyze(units: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *words], cwd=units, capture_output=True, text=True, check=False, timeout=30
    )


def test_systemd_takes_them_without_a_word(units: Path) -> None:
    # Of a value that it does not know it says so, ignores it, and exits with 0: its words count.
    for unit in ("course.service", "course.socket"):
        run = analyze(units, "verify", f"./{unit}")
        assert (run.returncode, run.stderr) == (0, ""), run.stderr


def test_a_misspelt_value_is_told(units: Path) -> None:
    service = units / "course.service"
    service.write_text(service.read_text().replace("KillMode=mixed", "KillMode=mixd"))
    assert "Failed to parse kill mode" in analyze(units, "verify", "./course.service").stderr


def test_what_it_cannot_do_makes_the_difference(units: Path) -> None:
    service = units / "course.service"
    rate = ("security", "--offline=true", "--threshold=20")
    assert analyze(units, *rate, "course.service").returncode == 0
    bare = service.read_text().partition("# What it never needs")[0] + "\n[Install]\n"
    (units / "bare.service").write_text(bare)
    assert analyze(units, *rate, "bare.service").returncode == 1
