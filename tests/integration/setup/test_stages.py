"""setup/stages.py: every stage runs, and those that failed are named at the end."""

from __future__ import annotations

import json
import os
import pwd
import shlex
import signal
import subprocess
from itertools import chain
from pathlib import Path

import browser
import once_more
import ordinary_user
import pytest
import stages
import system
from place import Place
from support.small_project import Project
from support.waiting import gone

GOOD, BAD = [("python", "-c", "print('good')")], [("python", "-c", "raise SystemExit(3)")]


@pytest.fixture(autouse=True)
def unmoved(monkeypatch: pytest.MonkeyPatch):
    """Put the folder and the environment back; install nothing, and be an ordinary user."""
    monkeypatch.chdir(Path.cwd())
    monkeypatch.setenv("PATH", os.environ["PATH"])
    monkeypatch.setenv("LABAPP_BROWSER", "")
    monkeypatch.setattr(system, "install", lambda *names: False)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


@pytest.fixture(autouse=True)
def some_may_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LABAPP_SKIPS", raising=False)


def test_all_pass(monkeypatch, capfd):
    monkeypatch.setattr(stages, "STAGES", {"one": GOOD, "two": GOOD})
    assert stages.main([]) == 0
    out = capfd.readouterr().out
    assert out.count("good\n") == 2
    assert "All passed" in out


def test_a_stage_that_fails_stops_no_other_and_is_named_last(monkeypatch, capfd):
    monkeypatch.setattr(stages, "STAGES", {"one": BAD, "two": GOOD, "three": BAD})
    assert stages.main([]) == 1
    out = capfd.readouterr().out
    assert "good\n" in out
    assert out.splitlines()[-1].startswith("FAILED: one, three; ")


def test_a_stage_fails_with_any_of_its_commands_and_runs_them_all(monkeypatch, capfd):
    monkeypatch.setattr(stages, "STAGES", {"one": [*BAD, *GOOD]})
    assert stages.main([]) == 1
    assert "good\n" in capfd.readouterr().out


def test_each_stage_has_its_seconds(monkeypatch, capfd):
    monkeypatch.setattr(stages, "STAGES", {"one": GOOD, "two": BAD})
    stages.main([])
    table = capfd.readouterr().out.partition("stage ")[2]
    assert [line.split()[::2] for line in table.splitlines()[1:3]] == [["one", "passed"], ["two", "FAILED"]]


def test_what_is_imported_is_compiled_once(monkeypatch, capfd):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    asks = [("python", "-c", "import sys; raise SystemExit(sys.dont_write_bytecode)")]
    monkeypatch.setattr(stages, "STAGES", {"one": asks})
    assert stages.main([]) == 0


def test_some_can_be_chosen(monkeypatch, capfd):
    monkeypatch.setattr(stages, "STAGES", {"one": BAD, "two": GOOD})
    assert stages.main(["two"]) == 0


def test_an_unknown_one_is_an_error_that_lists_them(capsys):
    assert stages.main(["units"]) == 2
    assert "No stage units: there are lint, format, types, " in capsys.readouterr().err


def test_a_program_that_is_missing_fails_and_is_named(monkeypatch, capfd):
    monkeypatch.setattr(stages, "STAGES", {"one": [("no-such-linter",)], "two": GOOD})
    assert stages.main([]) == 1
    assert "No no-such-linter here: `make test` installs it" in capfd.readouterr().out


def test_a_folder_that_is_missing_fails(monkeypatch, tmp_path):
    monkeypatch.setattr(stages, "STAGES", {"unit": [("pytest", "-q", str(tmp_path / "none"))]})
    assert stages.main([]) == 1


def test_a_folder_without_tests_fails(monkeypatch, tmp_path):
    monkeypatch.setattr(stages, "STAGES", {"unit": [("pytest", "-q", str(tmp_path))]})
    assert stages.main([]) == 1


LATE = '"PYTEST_XDIST_WORKER" not in os.environ'
TESTS = """
import os, pytest

@pytest.mark.parametrize("number", range({number}))
def test_of_one(number):
    assert {condition}
"""


@pytest.mark.parametrize(
    ("number", "condition"),
    [(once_more.MOST, LATE), (once_more.MOST + 1, LATE), (1, "False")],
    ids=["a few late ones", "many late ones", "a wrong one"],
)
def test_who_failed_beside_others_is_run_alone(monkeypatch, capfd, tmp_path, number, condition):
    (tmp_path / "test_it.py").write_text(TESTS.format(number=number, condition=condition))
    (tmp_path / "pytest.ini").write_text("[pytest]")
    monkeypatch.setattr(
        stages, "STAGES", {"unit": [("pytest", "-p", "xdist", *stages.SIDE_BY_SIDE, "2", ".")]}
    )
    monkeypatch.setattr(stages, "ROOT", tmp_path)
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)  # This test may run beside others itself.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "yes")  # They take longer than all else here.
    passes = number <= once_more.MOST and condition == LATE
    assert stages.main([]) == (0 if passes else 1)
    unsteady = capfd.readouterr().out.count("UNSTEADY: test_it.py::test_of_one")
    assert unsteady == (number if passes else 0)


def test_without_a_browser_its_stage_fails_and_says_why(monkeypatch, capfd):
    def none() -> str:
        raise browser.NoBrowserError("No Chromium for the browser tests.")

    monkeypatch.setattr(browser, "find", none)
    monkeypatch.setattr(stages, "STAGES", {"browser": GOOD, "unit": GOOD})
    assert stages.main([]) == 1
    out = capfd.readouterr().out
    assert "No Chromium for the browser tests." in out
    assert "FAILED: browser;" in out


def test_every_folder_of_tests_and_every_check_has_a_stage(root: Path):
    commands = {name: shlex.join(chain.from_iterable(found)) for name, found in stages.STAGES.items()}
    for folder in ("unit", "integration", "notebooks", "browser", "hub"):
        assert commands[folder].endswith(f"tests/{folder}")
    checks = (
        "ruff check",
        "oxlint",
        "ruff format --check",
        "mypy",
        "lint-imports",
        "hadolint .devcontainer/Dockerfile",
        "vendor.github-workflows",
        "vendor.github-issue-forms",
        "lessons/10-operations/container/Dockerfile",
        "vendor.citation-file-format",
        "vendor.compose-spec",
    )
    for tool in checks:
        assert any(tool in command for command in commands.values())
    for workflow in ("test", "weekly"):
        assert f".github/workflows/{workflow}.yml" in commands["schemas"]


def test_what_only_root_can_do_is_left_out_for_others_and_refused_if_asked_for(monkeypatch, capfd):
    monkeypatch.setattr(stages, "STAGES", {"one": GOOD, "root": BAD})
    assert stages.main([]) == 0
    assert stages.main(["root"]) == 2
    assert "`sudo make test STAGES=root` runs it" in capfd.readouterr().err


def test_where_every_test_is_to_run_whoever_is_not_root_is_refused(monkeypatch, capfd):
    monkeypatch.setattr(stages, "STAGES", {"one": GOOD, "root": BAD})
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setenv("LABAPP_SKIPS", "no")
    assert stages.main([]) == 2
    assert "those of the stage root are for root" in capfd.readouterr().err


# What a stage runs here: it notes where, as whom and with what, and fails; or it waits, with a deaf child.
PROBE = """#!{python}
import json, os, pathlib, signal, subprocess, sys
import boulder, labapp

pathlib.Path("artifacts").mkdir(exist_ok=True)
pip = subprocess.run(["pip", "--version"], capture_output=True, text=True).stdout
seen = dict(
    uid=os.getuid(), groups=os.getgroups(), home=os.environ["HOME"], folder=os.getcwd(),
    prefix=sys.prefix, pip=pip, course=labapp.__file__,
)
pathlib.Path("artifacts/seen.json").write_text(json.dumps(seen))
if "LINGER" not in os.environ:
    sys.exit(3)
deaf = subprocess.Popen(["sh", "-c", "trap '' INT; sleep 600; true"])
print("lingers", os.getpid(), deaf.pid, os.environ["HOME"], flush=True)
signal.pause()
"""
# A stage that runs in place, and one that root runs as an ordinary user.
stage = pytest.mark.parametrize("stage", ["floors", pytest.param("unit", marks=pytest.mark.root)])


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project whose stages run the probe."""
    project = Project(tmp_path_factory.mktemp("stages") / "project")
    project.set_up("--tests")
    for name in ("pytest", "lint-imports"):
        script = project.venv / "bin" / name
        script.write_text(PROBE.format(python=project.venv / "bin" / "python"))
        script.chmod(0o755)
    return project


def make(project: Project, stage: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        ["make", "test", f"STAGES={stage}"],
        cwd=project.folder,
        env=project.environment | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@stage
def test_root_does_as_an_ordinary_user_does_what_such_a_user_can(project: Project, stage: str):
    with make(project, stage) as run:
        said, _ = run.communicate()
    assert run.returncode != 0
    assert f"FAILED: {stage};" in said
    seen = json.loads((project.folder / "artifacts" / "seen.json").read_text())
    folder = Path(seen["folder"])
    if stage == "unit":
        assert seen["uid"] == pwd.getpwnam("nobody").pw_uid
        assert 0 not in seen["groups"]
        assert folder == Path(seen["home"], "Área de trabalho", "project")
        assert not Path(seen["home"]).exists()
    else:
        assert seen["uid"] == os.getuid()
        assert folder == project.folder
    # The copy stands by itself: what runs there is what lies there.
    assert Path(seen["prefix"]) == folder / ".venv"
    assert Path(seen["course"]) == folder / "labapp" / "__init__.py"
    assert f" from {folder}/.venv/" in seen["pip"]


@stage
@pytest.mark.parametrize("which", [signal.SIGINT, signal.SIGTERM], ids=["interrupted", "ended"])
def test_nothing_goes_on_when_it_is_cut_short(project: Project, stage: str, which: signal.Signals):
    with make(project, stage, LINGER="yes") as run:
        assert run.stdout
        line = next(line for line in run.stdout if line.startswith("lingers "))
        # As a terminal does for Ctrl-C, and whoever ends a job.
        os.killpg(run.pid, which)
        said, _ = run.communicate()
    assert run.returncode != 0
    assert "Interrupted: nothing of it goes on." in said
    _, probe, child, home = line.rstrip().split(" ", 3)
    assert gone(int(probe))
    assert gone(int(child))
    assert Path(home).exists() == (stage == "floors")


def test_without_a_python_for_the_user_it_is_said_how_to_get_one(monkeypatch, capfd):
    def none(_: Path) -> Place:
        raise ordinary_user.NoPlaceError("The tests run as the user nobody.")

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(ordinary_user, "copy", none)
    monkeypatch.setattr(stages, "STAGES", {"one": GOOD, "unit": GOOD})
    assert stages.main([]) == 1
    out = capfd.readouterr().out
    assert "The tests run as the user nobody." in out
    assert "FAILED: copy;" in out
    assert out.count("good\n") == 1


@pytest.mark.parametrize(
    "head",
    [
        b"#!/srv/course/.venv/bin/python3\n",
        b"#!/bin/sh\n'''exec' \"/my work/.venv/bin/python\" \"$0\" \"$@\"\n' '''\n",
    ],
)
def test_a_script_finds_the_python_beside_it(head: bytes):
    script = head + b"import sys\n"
    assert ordinary_user.HEAD.sub(b"", script) == b"import sys\n"


@pytest.mark.parametrize("text", [b"#!/bin/sh\nexit 1\n", b"\x7fELF python\n", b"print('#!python')\n"])
def test_no_other_file_is_changed(text: bytes):
    assert not ordinary_user.HEAD.match(text)
