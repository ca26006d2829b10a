"""What Binder's builder does, step by step, and three lessons in a place as poor as a notebook host's."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import ordinary_user
import pytest
from place import Place
from support.belongings import left_in
from support.places import ROOT

NO_PTRACE = Path(__file__).parent / "programs" / "no_ptrace.py"
USER = 1000  # repo2docker's own, whom nobody need know by name.
LESSONS = ("04-gunicorn-prefork", "08-nginx-and-gunicorn", "09-nginx-toolbox")
# Nothing of the machine but the loopback, and that without IPv6; processes that see only their own.
POOR = "ip link set lo up && echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6 && exec "
ALONE = (
    "unshare",
    "--net",
    "--pid",
    "--fork",
    "--kill-child",
    "--mount-proc",
    "sh",
    "-c",
    POOR + '"$@"',
    "sh",
)
AS_USER = ("setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--no-new-privs")

# Whichever test comes first, in each process of the tests, has the environment made.
pytestmark = [pytest.mark.root, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def binder() -> Iterator[Place]:
    """The checkout in the home of the image's user, its environment made by the steps of the builder."""
    home = Path(tempfile.mkdtemp(prefix="binder-", dir="/tmp"))
    venv = home / "environment"
    kept = {name: value for name, value in os.environ.items() if not ordinary_user.ROOTS_OWN.match(name)}
    path = os.pathsep.join([str(venv / "bin"), os.defpath, "/usr/sbin"])
    own = {"HOME": str(home), "PATH": path, "TMPDIR": str(home / "tmp"), "LANG": "C.UTF-8"}
    place = Place(home / "course", kept | own, {"user": USER, "group": USER, "extra_groups": []})
    try:
        (home / "tmp").mkdir()
        shutil.copytree(ROOT, place.folder, symlinks=True, ignore=ordinary_user.MADE_HERE)
        subprocess.run(["chown", "-hR", f"{USER}:{USER}", str(home)], check=True)
        python = ordinary_user.find_python(place)
        place.said(python, "-m", "venv", venv)
        [words] = re.findall(r"^      - (-r .+)$", (ROOT / "environment.yml").read_text(), re.MULTILINE)
        place.said(venv / "bin" / "pip", "install", "--quiet", *words.split())
        place.said("bash", "postBuild")
        yield place
    finally:
        shutil.rmtree(home)


def test_three_lessons_run_where_binder_put_them(binder: Place) -> None:
    runs = {
        lesson: subprocess.Popen(
            [*ALONE, *AS_USER, "python", NO_PTRACE, "jupyter", "execute", f"notebooks/{lesson}.ipynb"],
            cwd=binder.folder,
            env=binder.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for lesson in LESSONS
    }
    said = {lesson: run.communicate()[0] for lesson, run in runs.items()}
    assert {lesson: run.returncode for lesson, run in runs.items()} == dict.fromkeys(LESSONS, 0), said
    assert left_in(Path(binder.environment["TMPDIR"], f"labapp-{USER}")) == []


def test_nobody_is_traced_there(binder: Place) -> None:
    command = [*ALONE, *AS_USER, "python", NO_PTRACE, "strace", "-o", "/dev/null", "true"]
    run = subprocess.run(
        command, cwd=binder.folder, env=binder.environment, capture_output=True, text=True, check=False
    )
    assert run.returncode != 0
    assert "Operation not permitted" in run.stderr
