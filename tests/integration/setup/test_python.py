"""setup/python.sh: which Python the environment is built from, and the one sentence if there is none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SHIM = "echo 'pyenv: python3.12: command not found' >&2; exit 127"


@pytest.fixture
def choose(root: Path, program, monkeypatch):
    program("uname", "echo Linux")
    monkeypatch.delenv("PYTHON", raising=False)

    def choose(**environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/sh", root / "setup" / "python.sh"],
            env={"PATH": os.environ["PATH"], **environment},
            check=False,
            capture_output=True,
            text=True,
        )

    return choose


def pretend(version: str, missing: str = "") -> str:
    """A Python that says it is of a version, and lacks a module."""
    refuse = f'case "$2" in *{missing}*) exit 1;; esac' if missing else ""
    new = "exit 0" if tuple(map(int, version.split("."))) >= (3, 11) else "exit 1"
    return f"""{refuse}
case "$2" in
    *version_info*%d*|*%d*version_info*) echo {version} ;;
    *version_info*) {new} ;;
    *sys.executable*) echo "$0" ;;
esac"""


def one_sentence(run: subprocess.CompletedProcess[str]) -> str:
    assert run.returncode == 1
    assert run.stdout == ""
    assert run.stderr.count("\n") == 1
    return run.stderr.strip()


def test_the_real_one_is_found_by_running_it(choose, program):
    program.link("python3", sys.executable)
    run = choose()
    assert run.returncode == 0, run.stderr
    assert Path(run.stdout.strip()).name == "python3"
    assert run.stdout.startswith(str(program.folder))


def test_an_environment_that_is_active_is_not_built_from(choose, program, tmp_path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / ".venv"], check=True)
    run = choose(PATH=f"{tmp_path}/.venv/bin{os.pathsep}{program.folder}")
    assert run.returncode == 0, run.stderr
    assert not Path(run.stdout.strip()).is_relative_to(tmp_path)


def test_a_shim_that_leads_nowhere_is_passed_over(choose, program):
    program("python3", SHIM)
    program("python3.12", SHIM)
    good = program("python3.11", pretend("3.11"))
    assert choose().stdout.strip() == str(good)


def test_an_old_python3_is_passed_over_for_a_newer_one(choose, program):
    program("python3", pretend("3.9"))
    good = program("python3.13", pretend("3.13"))
    assert choose().stdout.strip() == str(good)


def test_python3_is_taken_before_a_newer_one(choose, program):
    good = program("python3", pretend("3.11"))
    program("python3.14", pretend("3.14"))
    assert choose().stdout.strip() == str(good)


def test_a_named_one_is_taken(choose, program):
    program("python3", pretend("3.11"))
    good = program("other", pretend("3.13"))
    assert choose(PYTHON=str(good)).stdout.strip() == str(good)


def test_only_an_old_one(choose, program):
    program("python3", pretend("3.9"))
    said = one_sentence(choose())
    assert "needs Python 3.11 or newer and found python3, which is Python 3.9" in said
    assert "apt-get install python3" in said


def test_none_at_all_on_macos(choose, program):
    program("uname", "echo Darwin")
    said = one_sentence(choose())
    assert "found none" in said
    assert "brew install python" in said


def test_a_named_one_that_does_not_run(choose, program):
    program("python3", pretend("3.11"))
    assert "PYTHON names /no/python" in one_sentence(choose(PYTHON="/no/python"))


def test_one_without_venv_names_the_package(choose, program):
    program("python3", pretend("3.12", missing="venv"))
    assert "apt-get install python3.12-venv" in one_sentence(choose())


def test_uv_needs_no_venv_module(choose, program):
    good = program("python3", pretend("3.12", missing="venv"))
    program("uv", "exit 1")
    assert choose().stdout.strip() == str(good)


def test_uv_brings_a_python_where_there_is_none(choose, program):
    program("python3", pretend("3.9"))
    program("uv", "exit 1")
    assert "found python3, which is Python 3.9" in one_sentence(choose())
    program("uv", 'case "$2$4" in install) exit 0 ;; find3.13) echo /uv/python3.13 ;; *) exit 2 ;; esac')
    assert choose().stdout.strip() == "/uv/python3.13"


@pytest.mark.parametrize("system", ["MINGW64_NT-10.0", "MSYS_NT-10.0", "CYGWIN_NT-10.0"])
def test_windows_is_sent_to_wsl(choose, program, system):
    program("uname", f"echo {system}")
    assert "wsl --install" in one_sentence(choose())


def test_another_system_is_told_what_the_course_runs_on(choose, program):
    program("uname", "echo FreeBSD")
    assert "Linux and macOS; on FreeBSD" in one_sentence(choose())


def test_make_on_windows_stops_with_the_same_advice(root: Path):
    run = subprocess.run(
        ["make", "-C", root, "help", "OS=Windows_NT"], check=False, capture_output=True, text=True
    )
    assert run.returncode != 0
    assert "wsl --install" in run.stderr
