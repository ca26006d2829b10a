"""Programs from the system's own package manager, where this user may install them without being asked."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys


def install(apt: str, brew: str = "") -> bool:
    """Install packages, by their names for apt-get and for brew; return whether that went well."""
    if sys.platform == "darwin":
        return bool(brew and shutil.which("brew")) and _run("brew", "install", *brew.split())
    if not shutil.which("apt-get"):
        return False
    if os.geteuid() == 0:
        root: list[str] = []
    elif shutil.which("sudo") and _run("sudo", "--non-interactive", "true"):
        root = ["sudo", "--non-interactive"]
    else:
        return False
    print(f"  {apt} from apt-get …", file=sys.stderr, flush=True)
    apt_get = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    wanted = [*apt_get, "install", "--yes", "--no-install-recommends", *apt.split()]
    # The package lists may be old, or absent as in a new container; one that cannot be had need not matter.
    _run(*apt_get, "update")
    return _run(*wanted)


def _run(*command: str) -> bool:
    """Run a command; show what it said only if it failed."""
    run = subprocess.run(
        command,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if run.returncode:
        print(run.stdout.strip()[-1000:], file=sys.stderr)
    return run.returncode == 0
