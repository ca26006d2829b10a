"""setup/stages.py: every stage runs, and those that failed are named at the end."""

from __future__ import annotations

import os
import shlex
from itertools import chain
from pathlib import Path

import browser
import pytest
import stages
import system

GOOD, BAD = [("python", "-c", "print('good')")], [("python", "-c", "raise SystemExit(3)")]


@pytest.fixture(autouse=True)
def unmoved(monkeypatch: pytest.MonkeyPatch):
    """Put the folder and the environment back; install nothing."""
    monkeypatch.chdir(Path.cwd())
    monkeypatch.setenv("PATH", os.environ["PATH"])
    monkeypatch.setenv("LABAPP_BROWSER", "")
    monkeypatch.setattr(system, "install", lambda *names: False)


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
    for folder in ("unit", "integration", "notebooks", "browser"):
        assert commands[folder].endswith(f"tests/{folder}")
    checks = (
        "ruff check",
        "oxlint",
        "ruff format --check",
        "mypy",
        "lint-imports",
        "vendor.github-workflows",
    )
    for tool in checks:
        assert any(tool in command for command in commands.values())
    for workflow in ("test", "weekly"):
        assert f".github/workflows/{workflow}.yml" in commands["workflows"]
