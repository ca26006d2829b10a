"""The files of the course's extension of JupyterLab."""

from __future__ import annotations

import json
import re
import tomllib

from support.places import ROOT

from labapp.front_end import EXTENSIONS, NAME, stamp
from labapp.views.theme import COLOURS, FORCED

STATIC = EXTENSIONS / NAME / "static"


def test_a_browser_that_has_older_files_fetches_these() -> None:
    package = json.loads((EXTENSIONS / NAME / "package.json").read_text())
    wanted = f"static/remoteEntry.js?v={stamp()}"
    assert package["jupyterlab"]["_build"]["load"] == wanted, f'package.json is to have "load": "{wanted}"'
    assert package["name"] == NAME


def test_an_installation_brings_it() -> None:
    flit = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["flit"]
    assert ROOT / flit["external-data"]["directory"] / "share" / "jupyter" / "labextensions" == EXTENSIONS


def test_every_module_is_a_plugin_or_a_part_of_one() -> None:
    texts = {path.relative_to(STATIC).as_posix(): path.read_text() for path in STATIC.rglob("*.js")}
    plugin = re.compile(r"^export (async )?function plugin\b", re.MULTILINE)
    plugins = {name for name, text in texts.items() if plugin.search(text)}
    assert set(re.findall(r'"(\w+\.js)"', texts["remoteEntry.js"])) == plugins
    # Only remoteEntry.js hands the stamp on: a plugin asks it for its parts, and parts for nothing.
    assert not [name for name, text in texts.items() if re.search(r"^import\b", text, re.MULTILINE)]
    asked = " ".join(texts[name] for name in plugins)
    parts = texts.keys() - plugins - {"remoteEntry.js"}
    assert [name for name in sorted(parts) if f'"{name}"' not in asked] == []


def test_stored_pictures_wear_the_colours_of_the_live_view() -> None:
    pairs = re.findall(r'\["(#\w{6})", "(#\w{6})"\]', (STATIC / "pictures.js").read_text())
    # Where two are the same in light, the first one is meant.
    assert dict(pairs) == dict(reversed(COLOURS.values()))
    forced = re.findall(r"--labapp-(\w{6}): (\w+);", (STATIC / "style.css").read_text())
    assert dict(forced) == {light[1:]: FORCED[name] for name, (light, _) in reversed(COLOURS.items())}
