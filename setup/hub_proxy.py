"""The proxy of JupyterHub, which comes from npm, into the same folder as the packages that come from pip."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import system

NAME = "configurable-http-proxy"
VERSION = "5.3.0"
# A folder of its own, as which npm installs: named by --prefix, it would hide the machine's own settings.
FOLDER = Path(sys.prefix, "lib", "node")
PROGRAM = FOLDER / "node_modules" / ".bin" / NAME
PATIENCE = 120  # Seconds.


def install() -> str:
    """Install it unless it is there; return why that cannot be, empty if it is there now."""
    if PROGRAM.is_file():
        return ""
    if not shutil.which("npm"):
        system.install("npm", "node")
    npm = shutil.which("npm")
    if not npm:
        return "JupyterHub's proxy needs Node.js: there is no npm on PATH, and none could be installed."
    print(f"  {NAME} from npm …", file=sys.stderr, flush=True)
    command = [npm, "install", "--silent", "--ignore-scripts", f"{NAME}@{VERSION}"]
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "package.json").write_text("{}")
    try:
        said = subprocess.run(
            command,
            cwd=FOLDER,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return f"npm did not get {NAME} within {PATIENCE} s: is its registry reached from here?"
    return "" if PROGRAM.is_file() else f"npm could not install {NAME}: {(said.stdout + said.stderr)[-500:]}"
