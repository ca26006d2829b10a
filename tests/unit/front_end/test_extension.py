"""The files of the course's extension of JupyterLab."""

from __future__ import annotations

import json
import re
import tomllib

from support.places import ROOT

from labapp.front_end import EXTENSIONS, NAME, stamp
from labapp.views.theme import COLOURS

STATIC = EXTENSIONS / NAME / "static"


def test_a_browser_that_has_older_files_fetches_these() -> None:
    package = json.loads((EXTENSIONS / NAME / "package.json").read_text())
    wanted = f"static/remoteEntry.js?v={stamp()}"
    assert package["jupyterlab"]["_build"]["load"] == wanted, f'package.json is to have "load": "{wanted}"'
    assert package["name"] == NAME


def test_an_installation_brings_it() -> None:
    flit = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["flit"]
    assert ROOT / flit["external-data"]["directory"] / "share" / "jupyter" / "labextensions" == EXTENSIONS


def test_every_module_is_loaded_and_none_imports_another() -> None:
    entry = (STATIC / "remoteEntry.js").read_text()
    modules = {path.name for path in STATIC.glob("*.js")} - {"remoteEntry.js"}
    assert set(re.findall(r'"(\w+\.js)"', entry)) == modules
    # Only remoteEntry.js hands the stamp on.
    assert not [
        name for name in modules if re.search(r"^import\b", (STATIC / name).read_text(), re.MULTILINE)
    ]


def test_stored_pictures_wear_the_colours_of_the_live_view() -> None:
    pairs = re.findall(r'\["(#\w{6})", "(#\w{6})"\]', (STATIC / "pictures.js").read_text())
    # Where two are the same in light, the first one is meant.
    assert dict(pairs) == dict(reversed(COLOURS.values()))
