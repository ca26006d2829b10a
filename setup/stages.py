"""Run every test, stage by stage; go on after a stage that fails, and say at the end which did.

`stages.py unit browser` runs only these stages. PYTEST in the environment is added to each pytest command.
Where root runs this, what a learner does is tested as an ordinary user does it, in a copy of the checkout.
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
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import apache
import browser
import hub_proxy
import once_more
import ordinary_user
import system
from place import Place

ROOT = Path(__file__).resolve().parent.parent
PYTEST = ("pytest", *shlex.split(os.environ.pop("PYTEST", "")))
# Each process begins with a part of its own, so that modules stay together, and helps out at the end. Where
# tests wait for servers more than they compute there are more processes than processors.
SIDE_BY_SIDE = ("--dist", "worksteal", "--numprocesses")
# What others read of the repository, each by the schema that they publish.
SCHEMAS = {
    "github-workflows": ".github/workflows/*.yml",
    "github-issue-forms": ".github/ISSUE_TEMPLATE/[!c]*.yml",
    "github-issue-config": ".github/ISSUE_TEMPLATE/config.yml",
    "citation-file-format": "CITATION.cff",
    "compose-spec": "lessons/*/*/compose.yaml",
}

# Programs that lessons show where they exist: the package of each for apt-get, and for brew.
SHOWN = (
    ("strace", "strace", ""),
    ("ps", "procps", ""),
    ("wrk", "wrk", "wrk"),
    ("systemd-analyze", "systemd", ""),
)
# What root's stage builds an image with; each is a package of that name.
BUILDERS = ("buildah", "debootstrap")

Command = Sequence[str]
STAGES: dict[str, Sequence[Command]] = {
    "lint": [
        ("ruff", "check", "."),
        ("oxlint", "labapp"),
        ("hadolint", ".devcontainer/Dockerfile", "lessons/10-operations/container/Dockerfile"),
    ],
    "format": [("ruff", "format", "--check", ".")],
    "types": [("mypy",)],
    "floors": [("lint-imports", "--no-logo")],
    "schemas": [
        ("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *map(str, sorted(ROOT.glob(files))))
        for schema, files in SCHEMAS.items()
    ],
    "unit": [(*PYTEST, *SIDE_BY_SIDE, "2", "tests/unit")],
    "integration": [(*PYTEST, *SIDE_BY_SIDE, "4", "-m", "not root", "tests/integration")],
    "notebooks": [(*PYTEST, *SIDE_BY_SIDE, "3", "tests/notebooks")],
    "browser": [(*PYTEST, *SIDE_BY_SIDE, "2", "tests/browser")],
    "hub": [(*PYTEST, "tests/hub")],
    "root": [(*PYTEST, *SIDE_BY_SIDE, "2", "-m", "root", "tests/integration")],
}
# What an ordinary user runs if root need not, and what only root can.
ORDINARY = {"unit", "integration", "notebooks", "browser", "hub"}
IN_A_BROWSER = {"browser", "hub"}
PRIVILEGED = {"root"}

Row = tuple[str, bool, float]


def run(name: str, place: Place, unsteady: list[str]) -> bool:
    """Run every command of one stage, the output as it comes; return whether all passed.

    Those tests that passed only alone are added to `unsteady`.
    """
    try:
        if name in IN_A_BROWSER:
            place = replace(place, environment={**place.environment, "LABAPP_BROWSER": _browser(place)})
    except browser.NoBrowserError as error:
        print(error, flush=True)
        return False
    outcomes = [_passes(name, command, place, unsteady) for command in STAGES[name]]
    return all(outcomes)


def _browser(place: Place) -> str:
    """Return the path of a browser that runs there."""
    if not place.identity:
        return browser.find()
    browser.of_this_machine()  # One that has to be installed is installed by root.
    try:
        return place.said("python", "setup/browser.py").splitlines()[-1]
    except subprocess.CalledProcessError as error:
        raise browser.NoBrowserError(error.output) from None


def _passes(name: str, command: Command, place: Place, unsteady: list[str]) -> bool:
    print(f"\n── {name}: {shlex.join(command)}", flush=True)
    command = once_more.remembering(command, name)
    try:
        if place.passes(command):
            return True
        found = once_more.unsteady(command, name, place)
        unsteady += found
        return bool(found)
    except (FileNotFoundError, PermissionError):  # The latter where a folder of PATH is somebody else's.
        remedy = f"{sys.executable} -m pip install -r requirements-test.txt"
        print(f"No {command[0]} here: `make test` installs it, and so does `{remedy}`.", flush=True)
        return False


def main(chosen: Sequence[str]) -> int:
    """Run the chosen stages, all if none is; return 0 if every one passed."""
    if unknown := set(chosen) - set(STAGES):
        print(f"No stage {', '.join(sorted(unknown))}: there are {', '.join(STAGES)}.", file=sys.stderr)
        return 2
    is_root = os.geteuid() == 0
    if not is_root and PRIVILEGED.intersection(chosen):
        print("The stage root is for root: `sudo make test STAGES=root` runs it.", file=sys.stderr)
        return 2
    if not (is_root or chosen) and os.environ.get("LABAPP_SKIPS") == "no":
        print(
            "LABAPP_SKIPS=no has every test run, and those of the stage root are for root.", file=sys.stderr
        )
        return 2
    names = chosen or [name for name in STAGES if is_root or name not in PRIVILEGED]
    _prepare()
    if PRIVILEGED.intersection(names):
        for program in BUILDERS:
            if not shutil.which(program):
                system.install(program)
    if "hub" in names and (missing := hub_proxy.install()):
        print(missing, flush=True)
    unsteady: list[str] = []
    rows = _run_all(names, is_root, unsteady)
    print(f"\n{'stage':<12} {'seconds':>7}")
    for name, passed, seconds in rows:
        print(f"{name:<12} {seconds:7.1f}  {'passed' if passed else 'FAILED'}")
    for test in unsteady:
        print(f"UNSTEADY: {test} failed beside others, and passed alone.")
    failed = [name for name, passed, _ in rows if not passed]
    outcome = f"FAILED: {', '.join(failed)}" if failed else "All passed"
    print(f"\n{outcome}; {sum(seconds for *_, seconds in rows):.0f} s in all.")
    return 1 if failed else 0


def _prepare() -> None:
    os.chdir(ROOT)
    # A make that a test runs is no part of the one that runs the tests; and to compile all modules anew in
    # each of the many processes that tests start would take a third of their time.
    for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "PYTHONDONTWRITEBYTECODE"):
        os.environ.pop(name, None)
    os.environ["PATH"] = os.pathsep.join(
        [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
    )
    # What lessons show where it exists must exist where they are tested.
    for program, apt, brew in SHOWN:
        if not shutil.which(program):
            system.install(apt, brew)


def _run_all(names: Sequence[str], is_root: bool, unsteady: list[str]) -> list[Row]:
    """Run these stages, each in its place; return a row for each, and one for the copy if there is one."""
    rows: list[Row] = []
    with ExitStack() as stack:
        here = Place(ROOT, os.environ)
        places = dict.fromkeys(names, here)
        began = time.monotonic()
        if is_root and (ordinary := [name for name in names if name in ORDINARY]):
            try:
                places |= dict.fromkeys(ordinary, stack.enter_context(ordinary_user.copy(ROOT)))
                print(f"  {', '.join(ordinary)}: as {ordinary_user.NAME}, in {places[ordinary[0]].folder}")
            except ordinary_user.NoPlaceError as error:
                print(error, flush=True)
                places = {name: place for name, place in places.items() if name not in ordinary}
            rows.append(("copy", ordinary[0] in places, time.monotonic() - began))
        if "integration" in places:
            apache.bring(places["integration"])
        for name, place in places.items():
            began = time.monotonic()
            passed = run(name, place, unsteady)
            rows.append((name, passed, time.monotonic() - began))
    return rows


if __name__ == "__main__":
    # Started in the background of a script it would be deaf to SIGINT, and so would what the tests interrupt.
    for end in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(end, signal.default_int_handler)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        print("\nInterrupted: nothing of it goes on.", file=sys.stderr)
        sys.exit(130)
