"""The linter of JavaScript finds what its configuration forbids."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

OXLINT = Path(sys.executable).with_name("oxlint")


@pytest.mark.parametrize(
    ("script", "rule"),
    [
        ("export const one = two;", "no-undef"),
        ("export function one() { two = 1; }", "no-undef"),
        ("const one = 1;", "no-unused-vars"),
        ("function one() {}\none();", "no-implicit-globals"),
        ("export const one = (two) => two == 1;", "eqeqeq"),
        ("let one = 1;\nexport const two = one;", "prefer-const"),
        ('import { one } from "./script.js";\nexport const two = one;', "named"),
        ('import { two } from "./other.js";\nexport const one = two;', "no-cycle"),
    ],
)
def test_the_linter_finds(root: Path, tmp_path: Path, script: str, rule: str) -> None:
    (tmp_path / "script.js").write_text(script)
    (tmp_path / "other.js").write_text('import { one } from "./script.js";\nexport const two = one;')
    command = [OXLINT, "--config", root / ".oxlintrc.json", "--format", "unix", tmp_path]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 1
    assert f"({rule})" in found.stdout
