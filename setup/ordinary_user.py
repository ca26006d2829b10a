"""An ordinary user of this machine, with a home of his own and a copy of the checkout in it.

To root nothing is forbidden, and in a path of plain letters no missing quote is found: what passes for root,
there, need not pass for a learner.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from place import Place

NAME = "nobody"
FOLDER = "Área de trabalho"
# What a checkout does not bring along.
MADE_HERE = shutil.ignore_patterns(".venv", "artifacts", ".cache", ".*_cache", "__pycache__")
# What of root's environment says where root keeps things.
ROOTS_OWN = re.compile(r"(XDG_|SUDO_|MAIL$|PYTHON$|VIRTUAL_ENV$)")
# Where a script says which Python runs it: in its first line, or to the shell if that cannot hold the path.
HEAD = re.compile(rb"\A#!(?:.*python.*|/bin/sh\n'''exec' .*\n' ''')\n")


class NoPlaceError(Exception):
    """There can be no copy; says why, and what to do."""


@contextmanager
def copy(root: Path) -> Iterator[Place]:
    """Yield a copy of the checkout at `root`, with the packages that run this.

    In the end it goes, and the user's other files with it; the screenshots come to `root`.
    """
    user = pwd.getpwnam(NAME)
    # Not where TMPDIR says: that may be root's alone, and long, which the path of a socket must not be.
    home = Path(tempfile.mkdtemp(prefix="lab-", dir="/tmp"))
    place = Place(
        home / FOLDER / root.name,
        _environment(home, home / FOLDER / root.name / ".venv"),
        {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []},
    )
    try:
        (home / "tmp").mkdir()
        shutil.copytree(root, place.folder, symlinks=True, ignore=MADE_HERE)
        _give(home, user)
        _furnish(place, user)
        yield place
        if (screenshots := place.folder / "artifacts").is_dir():
            shutil.copytree(screenshots, root / "artifacts", dirs_exist_ok=True)
    except subprocess.CalledProcessError as error:
        raise NoPlaceError(f"{error.output}{error}\nIt ran as the user {NAME}: mend what it says.") from error
    finally:
        _end_all(home)
        _run("rm", "-rf", home)


def _end_all(home: Path) -> None:
    """End what the user still runs, such as a browser whose test was interrupted, and name it."""
    while left := [place for place in Path("/proc").glob("[0-9]*") if _lives_at(place, home)]:
        for place in left:
            with suppress(OSError):
                words = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                os.kill(int(place.name), signal.SIGKILL)
                print(f"  still ran, and was ended: {words[:100]}", flush=True)
        time.sleep(0.05)


def _lives_at(process: Path, home: Path) -> bool:
    with suppress(OSError):
        return f"HOME={home}".encode() in (process / "environ").read_bytes().split(b"\0")
    return False


def _environment(home: Path, venv: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not ROOTS_OWN.match(name)}
    path = os.pathsep.join([str(venv / "bin"), os.environ.get("PATH", os.defpath)])
    return kept | {
        "HOME": str(home),
        "USER": NAME,
        "LOGNAME": NAME,
        "TMPDIR": str(home / "tmp"),
        "PATH": path,
    }


def _give(folder: Path, user: pwd.struct_passwd) -> None:
    """Make the user the owner of a folder and all that is in it."""
    _run("chown", "-hR", f"{user.pw_uid}:{user.pw_gid}", folder)


def _share(folder: Path, target: Path, user: pwd.struct_passwd) -> None:
    """Put a folder of packages there: its folders are the user's, its files root's, which he may read."""
    unreadable = ["find", folder, "-type", "f", "!", "-perm", "-o=r", "-print", "-quit"]
    try:
        if subprocess.check_output(unreadable):
            raise OSError("a link would not help")
        _run("cp", "-al", folder, target)
    except (OSError, subprocess.CalledProcessError):  # Another file system, for one.
        _run("rm", "-rf", target / folder.name)  # What is linked by now is not the user's to be.
        _run("cp", "-a", folder, target)
        _give(target / folder.name, user)
    owner = f"{user.pw_uid}:{user.pw_gid}"
    _run("find", target / folder.name, "-type", "d", "-exec", "chown", owner, "{}", "+")


def _run(*command: str | Path) -> None:
    """Run one of the system's own tools: for so many files Python would take three times as long."""
    subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _furnish(place: Place, user: pwd.struct_passwd) -> None:
    """Make the copy's .venv as pip would leave it: the same packages, in a tenth of the time."""
    source, venv = Path(sys.prefix), place.folder / ".venv"
    place.said(find_python(place), "-m", "venv", "--without-pip", venv)
    own = {path.name for path in (venv / "bin").iterdir()}
    for folder in ("lib", "share", "etc"):
        _share(source / folder, venv, user)
    shutil.copytree(
        source / "bin",
        venv / "bin",
        symlinks=True,
        dirs_exist_ok=True,
        ignore=lambda *_: own,
    )
    head = f"#!/bin/sh\n'''exec' \"{venv}/bin/python\" \"$0\" \"$@\"\n' '''\n".encode()
    for script in (path for path in (venv / "bin").iterdir() if path.name not in own):
        script.write_bytes(HEAD.sub(lambda _: head, script.read_bytes()))
    _give(venv / "bin", user)
    pip = (venv / "bin" / "python", "-m", "pip", "install", "--no-deps", "--no-build-isolation")
    place.said(*pip, "-e", place.folder)


def find_python(place: Place) -> Path:
    """Return a Python of this version that the user may run; root's own may lie in root's home."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    own = Path(sys.base_prefix, "bin", name)
    for python in (own, Path("/usr/local/bin", name), Path("/usr/bin", name)):
        try:
            place.said(python, "-c", "import venv")
        except (OSError, subprocess.CalledProcessError):
            continue
        return python
    raise NoPlaceError(
        f"The tests run as the user {NAME}, who may not run {own}: install {name} for everybody, on Debian "
        f"and Ubuntu by 'apt-get install {name}-venv', or run make test as an ordinary user."
    )
