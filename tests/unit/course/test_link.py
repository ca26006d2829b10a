"""The badge in README.md leads to the course, wherever the repository is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support.places import ROOT

from labapp.course.link import AddressError, address_in, binder_link, main, with_link

MADE_UP = "https://github.com/example/application-servers-live"
PROJECT, README = (ROOT / "pyproject.toml").read_text(), (ROOT / "README.md").read_text()


def test_the_readme_follows_from_the_projects_address() -> None:
    address = address_in(PROJECT)
    wanted = with_link(README, binder_link(address) if address else "")
    assert wanted == README, "run `python -m labapp link`, and commit what it wrote"


LINKS = {
    MADE_UP: "https://mybinder.org/v2/gh/example/application-servers-live/HEAD?urlpath=lab",
    f"{MADE_UP}.git": "https://mybinder.org/v2/gh/example/application-servers-live/HEAD?urlpath=lab",
    "https://gitlab.com/a/b/c": "https://mybinder.org/v2/gl/a%2Fb%2Fc/HEAD?urlpath=lab",
    "https://git.example.org/a/b": "https://mybinder.org/v2/git/https%3A%2F%2Fgit.example.org%2Fa%2Fb/HEAD?urlpath=lab",
}


@pytest.mark.parametrize("address", LINKS)
def test_binder_knows_where_the_repository_is(address: str) -> None:
    assert binder_link(address) == LINKS[address]


@pytest.mark.parametrize("given", ["", "github.com/a/b", "http://github.com/a/b", "https://github.com/a"])
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(AddressError, match="write one such as https://github"):
        binder_link(given)


def test_one_command_writes_both(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, tmp_path)
    root = ["--root", str(tmp_path)]
    assert main(["nowhere", *root]) == 2
    assert (tmp_path / "pyproject.toml").read_text() == PROJECT
    # Twice the same, another one, and none given.
    for words in ([MADE_UP], [MADE_UP], ["https://gitlab.com/a/b"], [MADE_UP], []):
        assert main([*words, *root]) == 0
    project, readme = (tmp_path / "pyproject.toml").read_text(), (tmp_path / "README.md").read_text()
    assert address_in(project) == MADE_UP
    assert project.count("[project.urls]") == 1
    assert readme.count(f"({LINKS[MADE_UP]})") == 2
    assert "OWNER" not in readme
    assert LINKS[MADE_UP] in capsys.readouterr().out
