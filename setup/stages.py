"""Run every test, stage by stage; go on after a stage that fails, and say at the end which did.

`stages.py unit browser` runs only these stages. PYTEST in the environment is added to each pytest command.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import browser
import system

ROOT = Path(__file__).resolve().parent.parent
PYTEST = ("pytest", *shlex.split(os.environ.pop("PYTEST", "")))
# Each process begins with a part of its own, so that modules stay together, and helps out at the end. Where
# tests wait for servers more than they compute there are more processes than processors.
SIDE_BY_SIDE = ("--dist", "worksteal", "--numprocesses")
WORKFLOWS = sorted(str(file.relative_to(ROOT)) for file in ROOT.glob(".github/workflows/*.yml"))

Command = Sequence[str]
STAGES: dict[str, Sequence[Command]] = {
    "lint": [("ruff", "check", "."), ("oxlint", "labapp")],
    "format": [("ruff", "format", "--check", ".")],
    "types": [("mypy",)],
    "floors": [("lint-imports", "--no-logo")],
    "workflows": [("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS)],
    "unit": [(*PYTEST, *SIDE_BY_SIDE, "2", "tests/unit")],
    "integration": [(*PYTEST, *SIDE_BY_SIDE, "4", "tests/integration")],
    "notebooks": [(*PYTEST, *SIDE_BY_SIDE, "3", "tests/notebooks")],
    "browser": [(*PYTEST, *SIDE_BY_SIDE, "2", "tests/browser")],
}


def run(name: str) -> bool:
    """Run every command of one stage, the output as it comes; return whether all passed."""
    try:
        if name == "browser":
            os.environ["LABAPP_BROWSER"] = browser.find()
    except browser.NoBrowserError as error:
        print(error, flush=True)
        return False
    outcomes = [_passes(name, command) for command in STAGES[name]]
    return all(outcomes)


def _passes(name: str, command: Command) -> bool:
    print(f"\n── {name}: {shlex.join(command)}", flush=True)
    try:
        return subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode == 0
    except FileNotFoundError:
        remedy = f"{sys.executable} -m pip install -r requirements-test.txt"
        print(f"No {command[0]} here: `make test` installs it, and so does `{remedy}`.", flush=True)
        return False


def main(chosen: Sequence[str]) -> int:
    """Run the chosen stages, all if none is; return 0 if every one passed."""
    if unknown := set(chosen) - set(STAGES):
        print(f"No stage {', '.join(sorted(unknown))}: there are {', '.join(STAGES)}.", file=sys.stderr)
        return 2
    os.chdir(ROOT)
    # Started in the background of a script it would be deaf to SIGINT, and so would what the tests interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # A make that a test runs is no part of the one that runs the tests; and to compile all modules anew in
    # each of the many processes that tests start would take a third of their time.
    for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "PYTHONDONTWRITEBYTECODE"):
        os.environ.pop(name, None)
    os.environ["PATH"] = os.pathsep.join(
        [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
    )
    # What lessons show where it exists must exist where they are tested.
    for program, package in (("strace", "strace"), ("ps", "procps")):
        if sys.platform == "linux" and not shutil.which(program):
            system.install(package)
    rows = []
    for name in chosen or STAGES:
        began = time.monotonic()
        passed = run(name)
        rows.append((name, passed, time.monotonic() - began))
    print(f"\n{'stage':<12} {'seconds':>7}")
    for name, passed, seconds in rows:
        print(f"{name:<12} {seconds:7.1f}  {'passed' if passed else 'FAILED'}")
    failed = [name for name, passed, _ in rows if not passed]
    outcome = f"FAILED: {', '.join(failed)}" if failed else "All passed"
    print(f"\n{outcome}; {sum(seconds for *_, seconds in rows):.0f} s in all.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
