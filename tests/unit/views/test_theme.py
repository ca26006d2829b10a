"""Colours that can be read, and a style sheet that uses no others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.made_up import boxes

from labapp.views import theme
from labapp.views.deployment import DeploymentView
from labapp.views.live import LiveView
from labapp.views.stage import Stage
from labapp.views.tree import painter
from labapp.views.tree.painter import draw

VIEWS = Path(theme.__file__).parent
CSS = "".join(path.read_text(encoding="utf-8") for path in sorted(VIEWS.glob("*/front/**/*.css")))
SCRIPT = "".join(path.read_text(encoding="utf-8") for path in sorted(VIEWS.glob("*/front/*.js")))

# Each colour of letters, with the grounds it stands on.
LETTERS = {
    "ink": ["paper", "card", "log", "mark"],
    "soft": ["paper", "card", "log"],
    "master": ["paper", "card", "log"],
    "master-ink": ["master"],
    "busy": ["paper", "card", "log", "mark"],
    "born": ["paper", "card"],
    "dead": ["paper", "log", "mark"],
}
# Lines that mean something: three to one is asked of them.
LINES = {"edge": ["paper", "card"], "master": ["paper"], "born": ["paper"], "dead": ["paper"]}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(LETTERS, 4.5), (LINES, 3.0)], ids=["letters", "lines"])
def test_contrast_is_enough(colours, pairs, least):
    found = {
        f"{front} on {ground}": contrast(colours[front], colours[ground])
        for front, grounds in pairs.items()
        for ground in grounds
    }
    assert {pair: round(ratio, 2) for pair, ratio in found.items() if ratio < least} == {}


def test_a_box_has_its_colour_from_one_table_wherever_it_is_drawn(monkeypatch):
    monkeypatch.setattr(painter, "OUTLINES", {"worker": "born"})
    assert draw(boxes(1, master=False), "Tree").count(theme.LIGHT["born"]) == 2  # Outline and tag.
    assert set(theme.OUTLINES.values()) < theme.COLOURS.keys()
    rules = theme.box_rules()
    for which, colour in theme.OUTLINES.items():
        assert re.search(rf'\[data-role="{which}"\].* --outline: var\(--{colour}\);', rules)


def test_the_style_sheet_takes_every_colour_from_the_theme():
    used = set(re.findall(r"var\(--([\w-]+)\)", CSS))
    assert used <= theme.COLOURS.keys() | {"sans", "mono", "outline", "tag"}
    assert not re.findall(r"#[0-9a-f]{3,8}\b|rgba?\(", CSS)


@pytest.mark.parametrize("widget", [LiveView, DeploymentView, Stage])
def test_a_style_sheet_reaches_no_further_than_its_widget(widget):
    comments_and_frames = r"/\*.*?\*/|@keyframes[^{]*\{(?:[^{}]*\{[^}]*\})*\s*\}"
    rules = re.sub(comments_and_frames, "", str(widget._css), flags=re.DOTALL)
    selectors = [part.strip() for part in re.findall(r"([^{};]+)\{", rules) if "@" not in part]
    assert selectors
    assert [selector for selector in selectors if ".labapp-" not in selector] == []


@pytest.mark.parametrize("view", [LiveView, DeploymentView, Stage])
def test_the_colours_reach_every_view(view):
    roots = re.findall(r"^(\S+) \{ --paper", str(view._css), re.MULTILINE)
    assert roots
    for root in roots:
        assert root.startswith(".labapp-")
        assert f'[data-jp-theme-light="false"] {root} {{ --paper' in str(view._css)
        assert f"@media (forced-colors: active) {{ :root body {root} {{ --paper: Canvas;" in str(view._css)


def test_motion_can_be_done_without():
    assert "@media (prefers-reduced-motion: reduce)" in CSS
    assert "prefers-reduced-motion" in SCRIPT


def test_the_script_never_writes_markup():
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", SCRIPT)
