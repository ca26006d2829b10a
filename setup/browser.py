"""Print the path of a Chromium for the browser tests: one that is named, else found, else installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import system

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
APPLICATIONS = ("Chromium", "Google Chrome")


class NoBrowserError(Exception):
    """No browser can be had; says why, and what to do."""


def find() -> str:
    """Return the path of a browser that runs, installed if need be; raise NoBrowserError if there is none."""
    named = os.environ.get("LABAPP_BROWSER")
    if named:
        path = shutil.which(named)
        if path and runs(path):
            return path
        raise NoBrowserError(
            f"LABAPP_BROWSER names {named}, which does not run as a Chromium: name another, or unset it."
        )
    return of_this_machine() or playwrights()


def of_this_machine() -> str:
    """Return the path of one that is here or that the package manager installs; empty if there is none."""
    return first(present()) or (system.install("chromium", "--cask google-chrome") and first(present())) or ""


def first(paths: Iterator[str]) -> str:
    """Return the first of these that runs; empty if none does."""
    return next(filter(runs, paths), "")


def present() -> Iterator[str]:
    """Yield the browsers of this machine: on PATH, and where macOS keeps applications."""
    yield from filter(None, map(shutil.which, NAMES))
    for name in APPLICATIONS:
        for folder in (Path("/Applications"), Path.home() / "Applications"):
            program = folder / f"{name}.app" / "Contents" / "MacOS" / name
            if program.is_file():
                yield str(program)


def playwrights() -> str:
    """Return the browser that Playwright brings, which it downloads if it has not yet."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only a machine without a browser needs it

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if not runs(path):
        print("  chromium from Playwright …", file=sys.stderr, flush=True)
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(command, check=False, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    if runs(path):
        return path
    raise NoBrowserError(
        "No Chromium for the browser tests: none is on PATH, and neither the package manager nor Playwright "
        "could install one; install Chromium or Chrome, or name one with LABAPP_BROWSER=/path/to/it."
    )


def runs(path: str) -> bool:
    """Whether this is a Chromium that starts; some packages leave a script that only says where to get it."""
    try:
        said = subprocess.run(
            [path, "--version"], capture_output=True, text=True, timeout=60, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return False
    return "Chrom" in said


if __name__ == "__main__":
    try:
        print(find())
    except NoBrowserError as error:
        sys.exit(str(error))
