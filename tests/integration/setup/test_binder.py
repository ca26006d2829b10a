"""Binder's builder accepts the repository, and builds it with conda."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path


def test_repo2docker_takes_the_conda_build_pack(root: Path):
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."]
    run = subprocess.run(command, check=False, cwd=root, capture_output=True, text=True)
    said = run.stdout + run.stderr
    assert run.returncode == 0, said
    assert "Building conda environment for python=3.11" in said
    # The requirement files are in place before conda reads environment.yml, and postBuild comes after it.
    # The files are the builder's own user's.
    packages = " ".join((root / "apt.txt").read_text().split())
    assert f"apt-get install --yes --no-install-recommends {packages}" in said
    steps = ("COPY --chown=[0-9]+:[0-9]+ src/", '--file "environment.yml"', "RUN ./postBuild")
    found = [re.search(step, said) for step in steps]
    assert all(found), said
    assert [step.start() for step in found if step] == sorted(step.start() for step in found if step)
