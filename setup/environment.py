"""Make .venv hold what the requirement files say, and nothing else; do nothing when it already does.

Run by any Python 3.11 or newer, with its standard library only. `--tests` adds what the tests need,
`--newest` takes the newest packages that pyproject.toml allows in place of the pinned ones.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from progress import SetupError, follow

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "set-up.json"
REQUIREMENTS = {"course": ROOT / "requirements.txt", "tests": ROOT / "requirements-test.txt"}
DECIDING = [
    "environment.py",
    "settings.py",
    "overrides.json",
    "ipython_kernel_config.py",
    "page_config.json",
]


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Hold the project against a second set-up; the system lets go of it however this one ends."""
    descriptor = os.open(ROOT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("  another set-up of this folder is running; waiting for it", flush=True)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def fingerprint(layer: str, newest: bool) -> str:
    """Return a digest of everything that decides what `layer` installs, and where."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    decides = [project["build-system"], project["project"], project.get("tool", {}).get("flit")]
    parts = [str(ROOT), str(newest), json.dumps(decides)]
    parts += [(ROOT / "setup" / name).read_text() for name in DECIDING]
    if not newest:
        parts.append(REQUIREMENTS[layer].read_text())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def version(python: str | Path) -> str | None:
    """Return the version of an interpreter, None if it does not run."""
    command = [python, "-c", "import sys; print(sys.version)"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def standing() -> dict[str, str]:
    """Return what the last set-up completed; empty if there was none or its interpreter has changed."""
    try:
        stamp: dict[str, str] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    another_is_named = os.environ.get("PYTHON") and sys.version != stamp["python"]
    return {} if another_is_named or stamp["python"] != version(PYTHON) else stamp


def create(uv: str | None) -> None:
    """Make .venv anew from the interpreter that runs this."""
    if VENV.is_symlink():
        VENV.unlink()
    elif VENV.exists():
        shutil.rmtree(VENV)
    command: list[str | Path]
    if uv:
        command = [uv, "venv", "--no-project", "--python", sys.executable, VENV]
    else:
        command = [sys.executable, "-m", "venv", VENV]
    follow(f".venv from Python {sys.version.split()[0]}", command)


def install(layer: str, newest: bool, uv: str | None) -> None:
    """Install the packages of `layer`, the course itself and its settings into .venv."""
    installer: list[str | Path]
    if uv:
        installer = [uv, "pip", "install", "--compile-bytecode", "--python", PYTHON]
    else:
        installer = [PYTHON, "-m", "pip", "install", "--progress-bar", "off", "--no-compile"]
    if newest:
        what = f"{ROOT}[test]" if layer == "tests" else str(ROOT)
        follow("newest packages", [*installer, "--upgrade", "-e", what], sofar=unpacked)
    else:
        file = REQUIREMENTS[layer]
        # The file names all of them: nothing is to be resolved.
        pinned = [*installer, "--no-deps", "--require-hashes", "-r", file]
        follow(f"packages of {file.name}", pinned, sofar=unpacked)
        follow("the course", [*installer, "--no-deps", "--no-build-isolation", "-e", ROOT])
    subprocess.run([PYTHON, ROOT / "setup" / "settings.py"], check=True)
    # Every server and every kernel imports them, as somebody perhaps who may not write their bytecode. By all
    # processors, as pip does not compile; and without the packages' own tests, which nobody here runs.
    words = ["-m", "compileall", "-q", "-j", "0", "-x", "site-packages/.*/tests?/"]
    with contextlib.suppress(SetupError):  # Some package has a file for another Python.
        follow("bytecode", [PYTHON, *words, ROOT / "labapp", *([] if uv else [VENV / "lib"])])


def unpacked(said: bytes) -> str:
    """Return how many packages the installer has found or, once it puts them in place, how many are there."""
    found = said.count(b"\nCollecting ") + said.count(b"\nProcessing ")
    placed = sum(1 for _ in VENV.glob("lib/python3*/site-packages/*.dist-info"))
    return f"{placed} in place" if placed > 2 or not found else f"{found} found"


def main(arguments: Sequence[str] | None = None) -> int:
    """Bring .venv up to date; return the exit status."""
    parser = argparse.ArgumentParser(description="Make .venv hold what the requirement files say.")
    parser.add_argument("--tests", action="store_true", help="add what the tests need")
    parser.add_argument("--newest", action="store_true", help="the newest packages, not the pinned ones")
    options = parser.parse_args(arguments)
    layers = ["course", "tests"] if options.tests else ["course"]
    uv = shutil.which("uv")
    try:
        with alone():
            wanted = {layer: fingerprint(layer, options.newest) for layer in layers}
            have = standing()
            if wanted.items() <= have.items():
                return 0
            # No stamp stands while packages change: a set-up that is cut short is begun again from nothing.
            STAMP.unlink(missing_ok=True)
            if "tests" in have or have.get("course") != wanted["course"]:
                create(uv)
            install(layers[-1], options.newest, uv)
            STAMP.write_text(json.dumps({"python": version(PYTHON), **wanted}))
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nThe set-up was interrupted; make begins it afresh.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
