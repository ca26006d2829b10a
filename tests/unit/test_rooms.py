"""The rooms of the package: each with a door that is held, none with too much in it, none in a circle."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import grimp
import pytest
from support.places import ROOT

FLOORS = ("labapp", "labapp.course")
# Most that a folder may hold before nobody sees any more what is in it.
ENTRIES = 20
# Most words of our own that somebody new should have to learn.
WORDS = 15


@cache
def graph() -> grimp.ImportGraph:
    """Who imports whom, annotations' imports included."""
    return grimp.build_graph("labapp", cache_dir=None)


def rooms() -> list[str]:
    folders = sorted(path.parent.relative_to(ROOT) for path in (ROOT / "labapp").rglob("__init__.py"))
    return [".".join(folder.parts) for folder in folders]


def contracts() -> list[dict[str, list[str]]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return project["tool"]["importlinter"]["contracts"]


@pytest.mark.parametrize("room", [room for room in rooms() if room not in FLOORS])
def test_every_room_has_its_door_held(room: str) -> None:
    held = {one for contract in contracts() for one in contract.get("protected_modules", [])}
    assert f"{room}.*" in held, f"pyproject.toml has no contract for the door of {room}"


@pytest.mark.parametrize("room", rooms())
def test_a_room_says_what_it_is_for(room: str) -> None:
    door = ast.parse(ROOT.joinpath(*room.split("."), "__init__.py").read_text())
    said = ast.get_docstring(door)
    assert said
    assert said.splitlines()[0].endswith(".")


def test_nobody_asks_at_the_door_of_the_room_he_stands_in() -> None:
    # The package itself is asked only where it lies.
    circles = [
        (importer, imported)
        for importer in graph().modules
        for imported in graph().find_modules_directly_imported_by(importer)
        if importer.startswith(f"{imported}.") and imported != "labapp"
    ]
    assert not circles


def folders() -> Iterator[Path]:
    for top in ("labapp", "tests", "setup", "benchmarks", "docs"):
        yield from (path for path in [ROOT / top, *(ROOT / top).rglob("*")] if path.is_dir())


def test_no_folder_holds_too_much() -> None:
    full = {
        folder.relative_to(ROOT): len(entries)
        for folder in folders()
        if "__pycache__" not in folder.parts
        and len(entries := [path for path in folder.iterdir() if path.name != "__pycache__"]) > ENTRIES
    }
    assert not full


def test_the_architecture_names_every_room() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text()
    listed = re.findall(r"^\| `([a-z_.]+)` \|", page, re.MULTILINE)
    assert sorted(listed) == [room.removeprefix("labapp.") for room in rooms() if room != "labapp"]
    words = page.partition("## Words")[2].count("\n| ") - 1
    assert words <= WORDS


def test_the_picture_has_the_floors_that_are_held() -> None:
    """Rooms on one floor stand beside each other; the lower a floor, the fewer it may ask."""
    svg = (ROOT / "docs" / "floors.svg").read_text()
    drawn: dict[int, set[str]] = {}
    for height, name in re.findall(r'<text class="floor" x="[\d.]+" y="(\d+)"[^>]*>(\w+)<', svg):
        drawn.setdefault(int(height), set()).add(name)
    [layers] = [contract["layers"] for contract in contracts() if contract["type"] == "layers"]
    assert [drawn[height] for height in sorted(drawn)] == [set(layer.split(" | ")) for layer in layers]
