"""How a program or a package is installed on this system, in words that can be typed as they are."""

import shlex
import shutil
import sys

INSTALL = {"apt-get": "install", "dnf": "install", "zypper": "install", "apk": "add", "pacman": "-S"}


def how_to_install(package: str) -> str:
    """Return the command that installs a package of the system here."""
    if sys.platform == "darwin":
        return f"brew install {package}"
    manager = next(filter(shutil.which, INSTALL), "apt-get")
    return f"sudo {manager} {INSTALL[manager]} {package}"


def how_to_pip_install(*requirements: str) -> str:
    """Return what installs Python packages for the interpreter that runs this, whatever PATH says.

    A bare `pip` may be another Python's: on a hub it often is. In a notebook it is a line for a cell.
    """
    if _in_a_notebook():
        return shlex.join(["%pip", "install", *requirements]).replace("'%pip'", "%pip")
    return shlex.join([sys.executable, "-m", "pip", "install", *requirements])


def _in_a_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    return ipython is not None and ipython.get_ipython() is not None
