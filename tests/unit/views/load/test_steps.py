"""A load in steps as a picture: its words, its marks, its axes."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from labapp.load.result import Exchange, Load
from labapp.load.steps import Step, Steps
from labapp.views.load.steps import Panel, draw, steps_bundle

SVG = "{http://www.w3.org/2000/svg}"


def step(rate: float, late: float = 0.0, under_way: float | None = 0.5) -> Step:
    """Return a step whose answers come ever later, by so many seconds each."""
    exchanges = [Exchange(0, n / rate, n / rate + 0.01 + n * late, 200, 4, "") for n in range(20)]
    return Step(rate, Load(tuple(exchanges), f"GET /<x>, {rate:g} per second", rate=rate), under_way)


STEPS = Steps((step(10), step(20), step(30, late=0.02)))


def test_it_says_in_words_what_it_shows():
    root = ET.fromstring(draw(STEPS))
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == root.get("aria-label")
    assert root.get("aria-label") == (
        "Load in steps: GET /<x>, 10 to 30 per second: it kept up with 20 per second, and not with 30."
    )
    said = root.findtext(f"{SVG}desc") or ""
    assert "20 at 20, 18.8 at 30" in said
    assert said.endswith("Crosses, where it did not keep up: 30.")
    assert "knee: 20" in [text.text for text in root.iter(f"{SVG}text")]
    assert steps_bundle(STEPS)["text/plain"] == str(STEPS)


def test_it_is_told_apart_without_colour_and_collides_with_nothing():
    drawn = draw(STEPS)
    # In each of the three panels two dots and a cross.
    assert drawn.count("<circle") == 6
    assert drawn.count("l10 10 m0 -10 l-10 10") == 3
    assert " id=" not in drawn
    assert "<style" not in drawn


def test_what_is_not_known_has_no_panel_and_a_knee_beyond_no_line():
    drawn = draw(Steps((step(10, under_way=None), step(20))))
    assert "under way" not in drawn
    assert "knee:" not in drawn


@pytest.mark.parametrize("values", [[0.0], [3.0, 250.0], [5.0, 5.0], [float("nan")], [0.01, 60_000.0]])
@pytest.mark.parametrize("by_powers", [False, True])
def test_every_value_is_on_its_axis(values, by_powers):
    panel = Panel("x", values, by_powers)
    for value in values:
        if value == value:  # noqa: PLR0124 (whatever is a number)
            assert 0 <= panel.height(value) <= 1 + 1e-9
    assert 2 <= len(panel.marks) <= 8
