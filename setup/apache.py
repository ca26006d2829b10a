"""mod_wsgi for the tests: Apache and its headers from the system, the rest compiled for the Python there."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import system
from place import Place

# Of its own version; pip may have kept a wheel that was compiled for another Python.
WORDS = ("-m", "pip", "install", "--quiet", "--no-deps", "--no-cache-dir", "--require-hashes", "-r")
REQUIREMENT = "apache.txt"
SBIN = "/usr/sbin"  # Debian's Apache lies there, where not everybody's PATH leads.


def bring(place: Place) -> None:
    """Have mod_wsgi in a place whose tests launch it; where that cannot be, they say what is missing."""
    path = place.environment.get("PATH", "")
    python = shutil.which("python", path=path) or sys.executable
    wanted = sys.platform == "linux" and (place.folder / "tests" / "integration" / "kinds").is_dir()
    if not wanted or Path(python).with_name("mod_wsgi-express").exists():
        return
    if not shutil.which("apxs") or not shutil.which("apache2", path=SBIN):
        system.install("apache2-bin apache2-dev")
    try:
        print("  mod_wsgi, compiled …", flush=True)
        place.said(python, *WORDS, place.folder / "setup" / REQUIREMENT)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"{getattr(error, 'output', '')}{error}", flush=True)
