"""`make setup` for real, on a small project whose packages lie beside it: nothing comes from the network."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from support.places import ROOT
from support.waiting import wait_for

PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "labapp"
version = "1.0"
dependencies = ["pebble"]

[project.optional-dependencies]
test = ["boulder"]
"""
BACKEND = """
import zipfile
from pathlib import Path

def build_editable(folder, settings=None, metadata=None):
    name = "labapp-1.0-py3-none-any.whl"
    info = "labapp-1.0.dist-info"
    with zipfile.ZipFile(Path(folder) / name, "w") as wheel:
        wheel.writestr("labapp.pth", str(Path.cwd()))
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: labapp\\nVersion: 1.0\\n"
                       "Requires-Dist: pebble\\nProvides-Extra: test\\n"
                       "Requires-Dist: boulder; extra == 'test'\\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{info}/RECORD", "")
    return name
"""


class Project:
    """A folder with the course's own Makefile and set-up, and two packages of one line each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        shutil.copy(ROOT / "Makefile", folder)
        shutil.copytree(ROOT / "setup", folder / "setup", ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "pyproject.toml").write_text(PYPROJECT)
        (folder / "backend.py").write_text(BACKEND)
        (folder / "labapp").mkdir()
        (folder / "labapp" / "__init__.py").touch()
        self.wheels = folder / "wheels"
        self.wheels.mkdir()
        self.hashes = {name: self.wheel(name) for name in ("pebble", "flint", "boulder")}
        self.required = "flint"
        self.require("pebble")
        path = [folder for folder in os.get_exec_path() if not Path(folder, "uv").exists()]
        self.environment = {
            **os.environ,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), *path]),
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
        }

    def wheel(self, name: str) -> str:
        """Build a package, return the digest of its wheel."""
        file = self.wheels / f"{name}-1.0-py3-none-any.whl"
        info = f"{name}-1.0.dist-info"
        contents = {
            f"{name}.py": "weight = 1\n",
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        record = [f"{path},sha256={digest(text)},{len(text)}" for path, text in contents.items()]
        with zipfile.ZipFile(file, "w") as archive:
            for path, text in contents.items():
                archive.writestr(path, text)
            archive.writestr(f"{info}/RECORD", "\n".join([*record, f"{info}/RECORD,,"]))
        return hashlib.sha256(file.read_bytes()).hexdigest()

    def require(self, name: str) -> None:
        """Write the requirement files; the tests need a boulder too."""
        self.required = name
        for file, wanted in (("requirements.txt", [name]), ("requirements-test.txt", [name, "boulder"])):
            pins = [f"{one}==1.0 \\\n    --hash=sha256:{self.hashes[one]}\n" for one in wanted]
            (self.folder / file).write_text("".join(pins))

    def change(self) -> tuple[str, str]:
        """Require another package; return its name, and that of the one no more required."""
        before = self.required
        self.require("flint" if before == "pebble" else "pebble")
        return self.required, before

    def start(self, *words: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "setup/environment.py", *words],
            cwd=self.folder,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *words: str, **environment: str) -> tuple[int, str]:
        """Run the set-up to its end; return its status and what it said."""
        with self.start(*words, **environment) as process:
            said, _ = process.communicate()
        return process.returncode, said

    def set_up(self, *words: str, **environment: str) -> str:
        status, said = self.run(*words, **environment)
        assert status == 0, said
        return said

    @property
    def venv(self) -> Path:
        return self.folder / ".venv"

    def has(self, name: str) -> bool:
        run = subprocess.run(
            [self.venv / "bin" / "python", "-c", f"import {name}"], check=False, capture_output=True
        )
        return run.returncode == 0

    def looks(self) -> dict[str, int]:
        """Every file of .venv and when it was changed."""
        return {
            str(path): path.lstat().st_mtime_ns
            for path in self.venv.rglob("*")
            if "__pycache__" not in path.parts
        }


def digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture(scope="class")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("setup") / "project")


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
            assert project.set_up(PIP_FIND_LINKS=str(elsewhere / "wheels"))
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
