"""A small project that is set up as the course is, from packages that lie beside it."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from support.places import ROOT

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
        path = [folder for folder in os.get_exec_path() if not shutil.which("uv", path=folder)]
        self.environment = {
            **os.environ,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), *path]),
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": self.wheels.as_uri(),  # It parts words where there is a blank.
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
