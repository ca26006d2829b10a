"""How a program is installed on this system, in the words of its package manager."""

import shutil
import sys

INSTALL = {"apt-get": "install", "dnf": "install", "zypper": "install", "apk": "add", "pacman": "-S"}


def how_to_install(package: str) -> str:
    """Return the command that installs a package here."""
    if sys.platform == "darwin":
        return f"brew install {package}"
    manager = next(filter(shutil.which, INSTALL), "apt-get")
    return f"sudo {manager} {INSTALL[manager]} {package}"
