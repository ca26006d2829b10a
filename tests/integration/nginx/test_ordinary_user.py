"""All of these tests once more, by a user without privileges."""

import os
import pwd
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
FILES = sorted(path.name for path in HERE.glob("test_*.py") if path != Path(__file__))
NAMES = f"python{sys.version_info.major}.{sys.version_info.minor}"

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="whoever runs this is an ordinary user already"),
    pytest.mark.timeout(300),
]


@pytest.fixture(scope="module")
def nobody() -> pwd.struct_passwd:
    return pwd.getpwnam("nobody")


@pytest.fixture(scope="module")
def home(nobody: pwd.struct_passwd) -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="nobody-", dir="/tmp"))
    os.chown(place, nobody.pw_uid, nobody.pw_gid)
    yield place
    shutil.rmtree(place)


@pytest.fixture(scope="module")
def python(nobody: pwd.struct_passwd, home: Path) -> str:
    """A Python of this version that the user may run: this one may lie in a home that is closed to others."""
    tried = dict.fromkeys([sys.executable, *(f"{place}/{NAMES}" for place in ("/usr/bin", "/usr/local/bin"))])
    for candidate in tried:
        if (
            Path(candidate).exists()
            and run([candidate, "-c", "import pytest, labapp.lab"], nobody, home).returncode == 0
        ):
            return candidate
    pytest.skip(f"no {NAMES} is within the reach of {nobody.pw_name}")


def run(words: list[str], user: pwd.struct_passwd, home: Path) -> "subprocess.CompletedProcess[str]":
    """Run a command as this user, with the packages of this very environment."""
    packages = [str(ROOT), sysconfig.get_path("purelib")]
    kept = {
        name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "LABAPP_NGINX") if name in os.environ
    }
    try:
        return subprocess.run(
            words,
            cwd=ROOT,
            env={
                **kept,
                "HOME": str(home),
                "TMPDIR": str(home),
                "PYTHONPATH": os.pathsep.join(packages),
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            user=user.pw_uid,
            group=user.pw_gid,
            extra_groups=[],
            capture_output=True,
            text=True,
            check=False,
        )
    except PermissionError:
        return subprocess.CompletedProcess(words, 126, "", "permission denied")


@pytest.mark.parametrize("file", FILES)
def test_an_ordinary_user_can_do_it_too(
    file: str, python: str, nobody: pwd.struct_passwd, home: Path
) -> None:
    words = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(HERE / file)]
    done = run(words, nobody, home)
    assert done.returncode == 0, f"\n{done.stdout}\n{done.stderr}"
    assert " passed" in done.stdout
