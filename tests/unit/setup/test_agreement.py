"""The project file, the requirement files, the conda environment and the workflows say the same."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from support.places import ROOT

FILES = ("requirements.txt", "requirements-test.txt")
# Where the course is to run; a pin must hold in each of them.
PLACES = [
    {
        "sys_platform": system,
        "platform_machine": machine,
        "python_full_version": f"{python}.5",
        "python_version": python,
    }
    | {"platform_system": {"linux": "Linux", "darwin": "Darwin"}[system], "os_name": "posix", "extra": ""}
    | {"implementation_name": "cpython", "platform_python_implementation": "CPython"}
    for system, machine in [("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64")]
    for python in ("3.11", "3.12", "3.13", "3.14")
]


class Pin:
    """One `name==version ; marker` of a requirement file, with the hashes below it."""

    def __init__(self, block: str) -> None:
        head, *hashes = [line.removesuffix("\\").strip() for line in block.splitlines()]
        self.requirement = Requirement(head)
        self.name = canonicalize_name(self.requirement.name)
        self.hashes = hashes

    @property
    def version(self) -> str:
        [specifier] = self.requirement.specifier
        assert specifier.operator == "==", f"{self.requirement} is no exact version"
        return specifier.version

    def holds(self, place: Mapping[str, str]) -> bool:
        return self.requirement.marker is None or self.requirement.marker.evaluate(dict(place))


def pins(path: Path) -> list[Pin]:
    return [Pin(block) for block in re.split(r"\n(?=\S)", path.read_text().strip())]


def there(pinned: list[Pin], place: Mapping[str, str]) -> dict[str, str]:
    """Name and version of what is installed in a place."""
    found = [pin for pin in pinned if pin.holds(place)]
    names = [pin.name for pin in found]
    assert len(set(names)) == len(names), f"one package is pinned twice for {place}"
    return {pin.name: pin.version for pin in found}


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


@pytest.fixture(params=FILES)
def pinned(request: pytest.FixtureRequest, root: Path) -> list[Pin]:
    return pins(root / request.param)


def test_every_pin_is_exact_and_hashed(pinned: list[Pin]):
    for pin in pinned:
        assert pin.version
        assert pin.hashes, f"{pin.name} has no hash"
        for line in pin.hashes:
            assert re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", line), f"{pin.name}: {line}"


@pytest.mark.parametrize("name", FILES)
def test_no_address_stands_in_a_requirement_file(root: Path, name: str):
    text = (root / name).read_text()
    assert "://" not in text
    assert not re.search(r"^\s*(-i|--index|--extra-index|--find-links|-f|--trusted)", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("name", "extras"), [("requirements.txt", [""]), ("requirements-test.txt", ["", "test"])]
)
def test_what_the_project_asks_for_is_pinned_within_its_range(root, project, name, extras):
    pinned = pins(root / name)
    asked = list(project["project"]["dependencies"])
    if "test" in extras:
        asked += project["project"]["optional-dependencies"]["test"]
    for place in PLACES:
        installed = there(pinned, place)
        for requirement in map(Requirement, asked):
            if requirement.marker and not requirement.marker.evaluate(dict(place)):
                continue
            version = installed.get(canonicalize_name(requirement.name))
            assert version, f"{requirement} is not pinned in {name} for {place}"
            assert requirement.specifier.contains(version), f"{requirement} is pinned to {version}"


@pytest.mark.parametrize("place", PLACES)
def test_the_tests_run_on_the_packages_of_the_course(root: Path, place):
    course, tests = (there(pins(root / name), place) for name in FILES)
    assert course.items() <= tests.items()


def test_each_package_is_asked_for_once(project):
    for group in [project["project"]["dependencies"], *project["project"]["optional-dependencies"].values()]:
        names = [canonicalize_name(Requirement(text).name) for text in group]
        assert sorted(set(names)) == sorted(names)


def test_what_builds_the_package_is_pinned_since_it_is_built_without_isolation(root: Path, project):
    for requirement in map(Requirement, project["build-system"]["requires"]):
        assert requirement.specifier.contains(
            there(pins(root / FILES[0]), PLACES[0])[canonicalize_name(requirement.name)]
        )


class TestConda:
    @pytest.fixture
    def environment(self, root: Path) -> dict[str, Any]:
        return yaml.safe_load((root / "environment.yml").read_text())

    def test_conda_brings_python_nginx_and_pip_and_pip_the_pinned_rest(self, environment):
        *conda, pip = environment["dependencies"]
        assert [re.split("[=<>]", one)[0] for one in conda] == ["python", "nginx", "pip"]
        assert pip == {"pip": ["-r requirements.txt"]}

    def test_only_conda_forge_is_asked(self, environment):
        assert environment["channels"] == ["conda-forge", "nodefaults"]

    def test_its_python_is_the_oldest_that_the_project_supports(self, environment, project):
        assert f"python={oldest(project)}" in environment["dependencies"]

    def test_the_rest_is_put_in_afterwards(self, root: Path):
        script = (root / "postBuild").read_text()
        assert "--no-deps --no-build-isolation --editable ." in script
        assert "python setup/settings.py" in script
        # As `make lab` does for those that are stored with their outputs.
        assert "jupyter trust notebooks/*.ipynb exercises/*.ipynb solutions/*.ipynb" in script
        assert (root / "postBuild").stat().st_mode & 0o111


def oldest(project: Mapping[str, Any]) -> str:
    [specifier] = SpecifierSet(project["project"]["requires-python"])
    assert specifier.operator == ">="
    return specifier.version


class TestOldestPython:
    def test_the_tools_check_for_it(self, project):
        assert project["tool"]["mypy"]["python_version"] == oldest(project)
        assert project["tool"]["ruff"]["target-version"] == "py" + oldest(project).replace(".", "")

    def test_the_set_up_and_the_preflight_ask_for_it(self, root: Path, project):
        from labapp.course.doctor import installed  # noqa: PLC0415 - only this test needs it

        numbers = tuple(map(int, oldest(project).split(".")))
        assert numbers == installed.OLDEST
        assert f"sys.version_info < {numbers}" in (root / "setup" / "python.sh").read_text()

    def test_pins_are_made_for_it(self, root: Path, project):
        assert f"--python-version {oldest(project)} " in (root / "Makefile").read_text()

    def test_it_is_tested_beside_a_newer_one(self, root: Path, project):
        workflow = yaml.safe_load((root / ".github" / "workflows" / "test.yml").read_text())
        versions = workflow["jobs"]["test"]["strategy"]["matrix"]["python"]
        assert versions[0] == oldest(project)
        assert Marker(f"python_version > '{oldest(project)}'").evaluate({"python_version": versions[-1]})


class TestWorkflows:
    @pytest.fixture(params=["test.yml", "weekly.yml"])
    def workflow(self, request, root: Path) -> dict[str, Any]:
        return yaml.safe_load((root / ".github" / "workflows" / request.param).read_text())

    def test_they_call_make_test_on_linux_and_macos(self, workflow):
        job = workflow["jobs"]["test"]
        assert [step["run"].split()[:2] for step in job["steps"] if "run" in step] == [["make", "test"]]
        assert job["strategy"]["matrix"]["os"] == ["ubuntu-latest", "macos-latest"]

    def test_they_may_only_read(self, workflow):
        assert workflow["permissions"] == {"contents": "read"}

    def test_they_keep_the_screenshots(self, workflow):
        steps = workflow["jobs"]["test"]["steps"]
        kept = [step["with"]["path"] for step in steps if "upload" in step.get("uses", "")]
        assert kept == ["${{ env.CHECKOUT }}/artifacts/"]

    def test_they_run_where_the_path_has_a_blank_and_an_accent(self, workflow):
        checkout = workflow["env"]["CHECKOUT"]
        assert " " in checkout
        assert not checkout.isascii()
        first, *others = workflow["jobs"]["test"]["steps"]
        assert first["with"]["path"] == "${{ env.CHECKOUT }}"
        places = [step["working-directory"] for step in others if "run" in step]
        assert places == ["${{ env.CHECKOUT }}"]


def test_ci_calls_make_test(root: Path):
    script = root / ".ci" / "run"
    assert script.read_text().splitlines()[-1] == "make test"
    assert script.stat().st_mode & 0o111


class TestContainer:
    @pytest.fixture
    def recipe(self, root: Path) -> str:
        return (root / ".devcontainer" / "Dockerfile").read_text()

    def test_it_has_the_python_that_is_tested(self, recipe: str, project) -> None:
        assert re.search(r"^FROM python:([\d.]+)-slim", recipe, re.MULTILINE)[1] == oldest(project)

    def test_it_installs_what_binder_installs(self, recipe: str, root: Path) -> None:
        installed = re.search(r"apt-get install .*?recommends (.*?) \\", recipe, re.DOTALL)[1].split()
        assert {*(root / "apt.txt").read_text().split(), "make", "tini"} <= set(installed)

    def test_an_ordinary_user_runs_it_under_an_init(self, recipe: str) -> None:
        assert "\nUSER 1000\n" in recipe
        assert '\nENTRYPOINT ["tini", ' in recipe

    def test_editors_build_the_same_one(self, root: Path) -> None:
        place = root / ".devcontainer"
        told = json.loads((place / "devcontainer.json").read_text())
        assert (place / told["build"]["dockerfile"]).resolve() == place / "Dockerfile"
        assert told["init"] is True  # It fetches what a kernel that is killed leaves behind.
        assert told["remoteUser"] in (root / ".devcontainer" / "Dockerfile").read_text()
