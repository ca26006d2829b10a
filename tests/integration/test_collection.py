"""All folders of tests can be run together, and every file in them is."""

from __future__ import annotations

import subprocess
import sys

from support.places import ROOT, TESTS


def test_every_file_is_collected_whatever_folders_are_named() -> None:
    folders = ["tests/unit", "tests/integration/observe", "tests/integration/servers", "tests"]
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *folders]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    collected = {ROOT / line.partition("::")[0] for line in done.stdout.splitlines() if "::" in line}
    assert collected == set(TESTS.rglob("test_*.py"))
