"""setup/browser.py: named, found or installed, and one sentence if none can be had."""

from __future__ import annotations

import os
from pathlib import Path

import browser
import pytest
import system

CHROMIUM = "echo 'Chromium 156.0.8078.79 built on Debian'"


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, program) -> list[tuple[str, ...]]:
    """No browser of this machine, no package manager; return what was to be installed."""
    asked: list[tuple[str, ...]] = []

    def install(*names: str) -> bool:
        asked.append(names)
        return False

    monkeypatch.delenv("LABAPP_BROWSER", raising=False)
    monkeypatch.setattr(browser, "APPLICATIONS", ())
    monkeypatch.setattr(system, "install", install)
    return asked


def test_a_named_one_comes_first(program, monkeypatch, alone):
    program("chromium", CHROMIUM)
    named = program("other", CHROMIUM)
    monkeypatch.setenv("LABAPP_BROWSER", str(named))
    assert browser.find() == str(named)
    assert alone == []


@pytest.mark.parametrize("script", ["exit 1", "echo 'GNU bash, version 5.2'"])
def test_a_named_one_that_is_no_chromium_is_an_error_and_no_other_is_taken(program, monkeypatch, script):
    program("chromium", CHROMIUM)
    named = program("other", script)
    monkeypatch.setenv("LABAPP_BROWSER", str(named))
    with pytest.raises(browser.NoBrowserError, match=f"LABAPP_BROWSER names {named}"):
        browser.find()


def test_a_named_one_that_is_not_there(monkeypatch):
    monkeypatch.setenv("LABAPP_BROWSER", "/no/such/browser")
    with pytest.raises(browser.NoBrowserError, match="names /no/such/browser"):
        browser.find()


def test_one_on_path_is_taken_and_nothing_installed(program, alone):
    chrome = program("google-chrome", "echo 'Google Chrome 156.0.1'")
    assert browser.find() == str(chrome)
    assert alone == []


def test_a_script_that_only_says_where_to_get_one_is_passed_over(program):
    program("chromium-browser", "echo 'Command requires the chromium snap to be installed.'; exit 1")
    chrome = program("google-chrome", "echo 'Google Chrome 156.0.1'")
    assert browser.find() == str(chrome)


def test_an_application_of_macos_is_found(tmp_path: Path, program, monkeypatch):
    monkeypatch.setattr(browser, "APPLICATIONS", ("Chromium",))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    binary = tmp_path / "Applications" / "Chromium.app" / "Contents" / "MacOS" / "Chromium"
    binary.parent.mkdir(parents=True)
    program("chromium-application", CHROMIUM).rename(binary)
    assert browser.find() == str(binary)


def test_else_the_package_manager_installs_it(program, monkeypatch):
    def install(apt: str, brew: str) -> bool:
        assert (apt, brew) == ("chromium", "--cask google-chrome")
        program("chromium", CHROMIUM)
        return True

    monkeypatch.setattr(system, "install", install)
    assert browser.find() == str(program.folder / "chromium")


def test_else_playwright_brings_one(program, monkeypatch, alone):
    monkeypatch.setattr(browser, "playwrights", lambda: "/cache/chromium")
    assert browser.find() == "/cache/chromium"
    assert alone == [("chromium", "--cask google-chrome")]


def test_when_none_can_be_had_it_says_so(monkeypatch, tmp_path, capfd):
    # Playwright looks into an empty folder, and its download fails at once.
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", "http://127.0.0.1:9")
    with pytest.raises(browser.NoBrowserError, match="LABAPP_BROWSER=/path/to/it"):
        browser.find()


class TestPackageManager:
    @pytest.fixture(autouse=True)
    def real(self, alone, monkeypatch, program):
        monkeypatch.undo()
        monkeypatch.setenv("PATH", str(program.folder))
        program.link("env", "/usr/bin/env")
        self.program, self.patch = program, monkeypatch
        self.said = program.folder / "said"

    def record(self, name: str, then: str = "") -> None:
        self.program(name, f'echo "{name} $*" >> {self.said}\n{then}')

    def as_user(self, uid: int) -> None:
        self.patch.setattr(os, "geteuid", lambda: uid)
        self.patch.setattr("sys.platform", "linux")

    def test_root_may(self):
        self.as_user(0)
        self.record("apt-get")
        assert system.install("chromium")
        assert self.said.read_text().splitlines() == [
            "apt-get -qq update",
            "apt-get -qq install --yes --no-install-recommends chromium",
        ]

    def test_a_user_may_whom_sudo_asks_no_password(self):
        self.as_user(1000)
        self.record("apt-get")
        self.program("sudo", 'shift\nexec env "$@"')
        self.program.link("true", "/usr/bin/true")
        assert system.install("chromium")

    def test_another_user_may_not_and_is_not_asked(self):
        self.as_user(1000)
        self.record("apt-get")
        self.program("sudo", "echo 'sudo: a password is required' >&2; exit 1")
        assert not system.install("chromium")
        assert not self.said.exists()

    def test_a_failure_shows_what_was_said(self, capfd):
        self.as_user(0)
        self.program("apt-get", "echo 'E: Unable to locate package'; exit 100")
        assert not system.install("chromium")
        assert "Unable to locate package" in capfd.readouterr().err

    def test_brew_on_macos(self):
        self.patch.setattr("sys.platform", "darwin")
        self.record("brew")
        assert system.install("chromium", "--cask google-chrome")
        assert self.said.read_text() == "brew install --cask google-chrome\n"
        assert not system.install("strace")
