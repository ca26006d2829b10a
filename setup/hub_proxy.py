"""The proxy of JupyterHub, which comes from npm, into the same folder as the packages that come from pip."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import system

NAME = "configurable-http-proxy"
VERSION = "5.3.0"


def install() -> str:
    """Install it unless it is there; return why that cannot be, empty if it is there now."""
    program = Path(sys.prefix, "bin", NAME)
    if program.is_file():
        return ""
    if not shutil.which("npm"):
        system.install("npm", "node")
    npm = shutil.which("npm")
    if not npm:
        return "JupyterHub's proxy needs Node.js: there is no npm on PATH, and none could be installed."
    print(f"  {NAME} from npm …", file=sys.stderr, flush=True)
    command = [npm, "install", "--silent", "--global", "--prefix", sys.prefix, "--ignore-scripts"]
    said = subprocess.run(
        [*command, f"{NAME}@{VERSION}"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    return "" if program.is_file() else f"npm could not install {NAME}: {(said.stdout + said.stderr)[-500:]}"
