"""Lines of JavaScript are no longer than those of Python, which no linter of JavaScript here looks at."""

from __future__ import annotations

import tomllib
from pathlib import Path


def test_no_line_is_longer_than_one_of_python(root: Path) -> None:
    most = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["ruff"]["line-length"]
    scripts = sorted((root / "labapp").rglob("*.js"))
    assert scripts
    for script in scripts:
        long = [line for line in script.read_text(encoding="utf-8").splitlines() if len(line) > most]
        assert long == [], script.name
