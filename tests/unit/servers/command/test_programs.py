"""The program that a name stands for, and those with names like it."""

import os
from pathlib import Path, PosixPath

import pytest

from labapp.servers.command import amiss, parse
from labapp.servers.command.programs import programs
from labapp.servers.errors import LaunchError
from labapp.servers.kinds import installed


def test_what_on_path_is_no_folder_offers_no_names(tmp_path: Path) -> None:
    (tmp_path / "serve").touch()
    assert programs(f"/none:{tmp_path / 'serve'}:{tmp_path}") == {"serve"}


def test_a_program_in_a_folder_that_may_not_be_entered() -> None:
    class Theirs(PosixPath):
        def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
            raise PermissionError

    assert amiss(Theirs("/theirs/serve")) == "is in a folder that this user may not enter"


@pytest.mark.parametrize(
    ("command", "advice"),
    [
        ("gunicron shop:app", "did you mean gunicorn?"),
        ("uvicron shop:app", "did you mean uvicorn?"),
        ("ngnix", "did you mean nginx?"),
        ("apt-cach", "did you mean apt-cache?"),
        ("apache2 -k start", "check the name, or install apache2 first."),
        ("httpd", "check the name, or install httpd first."),
    ],
)
def test_names_of_servers_are_offered_and_of_other_programs_only_the_closest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, advice: str
) -> None:
    for name in ("apt-cache", "httpx", "gunicornc", "runcon"):
        (tmp_path / name).touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LaunchError) as caught:
        parse(command, installed=installed)
    assert caught.value.advice == advice


@pytest.mark.parametrize("command", ["import os", "None", "from shop import app"])
def test_python_is_no_command(command: str) -> None:
    with pytest.raises(LaunchError, match="is Python, and no command"):
        parse(command)
