"""A lesson in small, where learners' machines are odd: it runs there, and leaves nothing."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.belongings import left_in
from support.places import ROOT

PROGRAM = Path(__file__).parent / "programs" / "lesson_in_small.py"
# As long as a student's folder on a university's file server may be; a unix socket's path holds 107 bytes.
LONG = "scratch of the department of applied computer science/courses/2026/spring/application servers/tmp"

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Run the lesson with this in its environment; return what it says of the learner's record."""
    place = tmp_path / "tmp"
    place.mkdir()

    def run_lesson(begin: Callable[[], object] | None = None, *, program: Path = PROGRAM, **more: str) -> str:
        done = subprocess.run(
            [sys.executable, str(program)],
            env=os.environ | {"TMPDIR": str(place), "LABAPP_STATE_DIR": str(tmp_path / "state")} | more,
            cwd=tmp_path,
            preexec_fn=begin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert left_in(place) == []
        return done.stdout.strip()

    yield run_lesson
    assert not list(Path(tmp_path).glob("core*"))


def test_variables_that_mean_something_to_others(run: Run) -> None:
    platform = {"PORT": "8000", "WEB_CONCURRENCY": "7", "GUNICORN_CMD_ARGS": "--workers 5 --log-level debug"}
    proxy = dict.fromkeys(("http_proxy", "HTTP_PROXY", "all_proxy"), "http://127.0.0.1:9")
    abroad = {"LC_ALL": "", "LC_CTYPE": "C", "LANG": "C", "LANGUAGE": "tr", "TZ": "Asia/Kathmandu"}
    assert run(**platform, **proxy, **abroad) == "kept"


def test_files_for_nobody_else_and_few_of_them_open(run: Run) -> None:
    few = (256, resource.getrlimit(resource.RLIMIT_NOFILE)[1])

    def restrict() -> None:
        os.umask(0o077)
        resource.setrlimit(resource.RLIMIT_NOFILE, few)

    assert run(restrict) == "kept"


def test_a_temporary_folder_far_down(run: Run, tmp_path: Path) -> None:
    place = tmp_path / LONG
    place.mkdir(parents=True)
    assert run(TMPDIR=str(place)) == "kept"
    assert left_in(place) == []


def test_a_home_that_cannot_be_written(run: Run, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(0o555)
    variables = {"HOME": str(home), "LABAPP_STATE_DIR": "", "XDG_STATE_HOME": "", "XDG_CACHE_HOME": ""}
    said = run(**variables)
    assert "progress" in said or os.geteuid() == 0
    assert list(home.iterdir()) == [] or os.geteuid() == 0


def test_a_checkout_that_cannot_be_written(run: Run, tmp_path: Path) -> None:
    copy = tmp_path / "a course of your own"
    shutil.copytree(ROOT / "labapp", copy / "labapp", ignore=shutil.ignore_patterns("__pycache__"))
    program = shutil.copy(PROGRAM, copy / PROGRAM.name)
    for path in (copy, *copy.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert run(program=program, PYTHONPATH=str(copy), PYTHONDONTWRITEBYTECODE="1") == "kept"
    finally:
        for path in (copy, *filter(Path.is_dir, copy.rglob("*"))):
            path.chmod(0o755)


def test_two_checkouts_of_one_learner(tmp_path: Path) -> None:
    """Both at the same moment, with one record and one place for what runs."""
    place = tmp_path / "tmp"
    place.mkdir()
    variables = {"TMPDIR": str(place), "LABAPP_STATE_DIR": str(tmp_path / "state")}
    both = []
    for name in ("spring", "autumn"):
        copy = tmp_path / name
        shutil.copytree(ROOT / "labapp", copy / "labapp", ignore=shutil.ignore_patterns("__pycache__"))
        program = shutil.copy(PROGRAM, copy / PROGRAM.name)
        both.append(
            subprocess.Popen(
                [sys.executable, str(program)],
                env=os.environ | variables | {"PYTHONPATH": str(copy)},
                cwd=copy,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
    for one in both:
        said, complained = one.communicate(timeout=60)
        assert (one.returncode, said.strip()) == (0, "kept"), complained
    assert left_in(place) == []
