"""`make setup` for real, on a small project whose packages lie beside it: nothing comes from the network."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess

import pytest
from support.places import ROOT
from support.small_project import Project
from support.waiting import wait_for


@pytest.fixture(scope="class")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("setup") / "meu próprio projeto")


@pytest.fixture
def project(standing: Project) -> Project:
    """The project as it stands after `make setup`."""
    standing.set_up()
    return standing


class TestChanges:
    def test_packages_the_course_and_its_settings_are_installed(self, project: Project):
        assert project.has(f"{project.required}, labapp")
        assert not project.has("boulder")
        settings = project.venv / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
        assert settings.read_text() == (ROOT / "setup" / "overrides.json").read_text()
        assert list((project.folder / "labapp" / "__pycache__").glob("__init__.*.pyc"))

    def test_a_second_time_changes_nothing_and_says_nothing(self, project: Project):
        before = project.looks()
        make = ["make", "setup"]
        run = subprocess.run(
            make, check=True, cwd=project.folder, env=project.environment, capture_output=True, text=True
        )
        assert run.stdout + run.stderr == ""
        assert project.looks() == before

    def test_what_the_tests_need_is_added_to_what_stands(self, project: Project):
        marker = project.venv / "marker"
        marker.touch()
        project.set_up("--tests")
        assert project.has("boulder")
        assert marker.exists()
        before = project.looks()
        assert project.set_up() == project.set_up("--tests") == ""
        assert project.looks() == before

    def test_other_requirements_are_installed_afresh(self, project: Project):
        (project.venv / "marker").touch()
        new, old = project.change()
        project.set_up()
        assert project.has(new)
        assert not project.has(old)
        assert not (project.venv / "marker").exists()

    def test_a_folder_that_was_moved_is_set_up_anew(self, project: Project):
        here = project.folder
        elsewhere = here.with_name("elsewhere")
        here.rename(elsewhere)
        project.folder = elsewhere
        try:
            assert project.set_up(PIP_FIND_LINKS=(elsewhere / "wheels").as_uri())
            pip = [project.venv / "bin" / "pip", "--version"]
            assert str(elsewhere) in subprocess.run(pip, check=True, capture_output=True, text=True).stdout
        finally:
            elsewhere.rename(here)
            project.folder = here

    def test_the_newest_packages_can_be_asked_for(self, project: Project):
        project.set_up("--newest", "--tests")
        assert project.has("pebble, boulder, labapp")
        assert project.set_up("--newest", "--tests") == ""


class TestMisfortunes:
    @pytest.mark.parametrize("which", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
    def test_a_set_up_that_is_cut_short_heals(self, project: Project, which: signal.Signals):
        new, _ = project.change()
        with project.start() as process:
            # The old environment is on its way out, or the new one on its way in.
            wait_for(lambda: not (project.venv / "set-up.json").exists(), 30, "the work to begin")
            os.killpg(process.pid, which)
            said, _ = process.communicate()
        assert process.returncode != 0
        interrupted = "The set-up was interrupted; make begins it afresh." in said
        assert interrupted == (which == signal.SIGINT)
        assert "Traceback" not in said
        project.set_up()
        assert project.has(f"{new}, labapp")

    def test_half_installed_packages_do_not_stay(self, project: Project):
        # As pip leaves a package when it is killed: known, but without its contents.
        [module] = project.venv.glob(f"lib/*/site-packages/{project.required}.py")
        module.unlink()
        (project.venv / "set-up.json").unlink()
        project.set_up()
        assert project.has(project.required)

    def test_a_failure_shows_why_and_the_next_run_mends_it(self, project: Project):
        pins = project.folder / "requirements.txt"
        pins.write_text(pins.read_text().replace(project.hashes[project.required], "0" * 64))
        status, said = project.run()
        assert status == 1
        assert "DO NOT MATCH THE HASHES" in said
        assert said.splitlines()[-1] == "The set-up failed: mend what these lines say, then run make again."
        project.require(project.required)
        project.set_up()
        assert project.has(project.required)

    def test_an_interpreter_that_is_gone_is_replaced(self, project: Project):
        python = project.venv / "bin" / "python"
        python.unlink()
        python.symlink_to("/no/python")
        project.set_up()
        assert project.has(project.required)

    def test_of_two_at_once_one_waits_and_finds_all_done(self, project: Project):
        new, _ = project.change()
        with project.start() as first:
            wait_for(lambda: not (project.venv / "set-up.json").exists(), 30, "the work to begin")
            with project.start() as second:
                said, _ = second.communicate()
            first.communicate()
        assert (first.returncode, second.returncode) == (0, 0)
        assert said == "  another set-up of this folder is running; waiting for it\n"
        assert project.has(new)


def test_where_no_line_can_be_written_over_a_new_one_says_how_far_it_is(monkeypatch, capsys):
    monkeypatch.syspath_prepend(str(ROOT / "setup"))
    progress = importlib.import_module("progress")
    monkeypatch.setattr(progress, "SILENCE", 0.0)
    progress.follow("packages", ["sh", "-c", "echo one; sleep 1"], lambda said: f"{len(said.split())} found")
    first, *between, last = capsys.readouterr().out.splitlines()
    assert first == "  packages …"
    assert "  packages: 1 found" in between
    assert last == "  packages: 1 s"
