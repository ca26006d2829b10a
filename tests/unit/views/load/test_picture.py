"""A load as a picture: its words, its bars, its errors."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from types import SimpleNamespace

import pytest
from IPython.core.formatters import DisplayFormatter

from labapp.load.result import Exchange, Load
from labapp.views import display
from labapp.views.load.picture import draw
from labapp.views.load.plot import Plot, bins
from labapp.views.svg import ticks

SVG = "{http://www.w3.org/2000/svg}"


def load(answers: int, errors: int = 0, latency: float = 0.0201) -> Load:
    good = [Exchange(0, n * 0.1, n * 0.1 + latency, 200, 4, "") for n in range(answers)]
    bad = [Exchange(1, n * 0.1, n * 0.1 + 0.05, 0, 0, "reset") for n in range(errors)]
    return Load((*good, *bad), "GET /<ping>", 0.0)


def picture(shown: Load) -> ET.Element:
    return ET.fromstring(draw(shown))


def words(root: ET.Element) -> list[str]:
    return [text.text or "" for text in root.iter(f"{SVG}text")]


def test_it_says_in_words_what_it_shows():
    root = picture(load(20, 3))
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == root.get("aria-label")
    assert root.findtext(f"{SVG}title") == "Load: GET /<ping>. 23 requests: 20 answered 200, 3 reset."
    said = root.findtext(f"{SVG}desc") or ""
    assert "errors: 3 (3 reset)" in said
    assert "Latency of the answers, in ms: most, 20, between 20 and 20.6" in said
    assert {"GET /<ping>", "answered", "Latency of the answers, in ms", "errors (striped)"} <= set(
        words(root)
    )


def test_nothing_can_collide_with_another_picture_on_the_page():
    drawn = draw(load(5, 5))
    assert " id=" not in drawn
    assert "<style" not in drawn


@pytest.mark.parametrize(
    ("shown", "plots"),
    [(load(0), 0), (load(0, 2), 1), (load(2), 2), (load(300), 2), (load(3, latency=4.0), 2)],
)
def test_there_is_a_plot_for_what_there_is(shown, plots):
    root = picture(shown)
    assert sum(group.tag == f"{SVG}g" for group in root) == plots
    bottom = float(root.get("height") or 0)
    assert all(float(text.get("y") or 0) < bottom for text in root.iter(f"{SVG}text"))


def test_bars_are_as_high_as_what_they_count():
    edges, [counts] = bins([[0.1] * 10 + [0.9] * 5])
    plot = Plot("x", edges, counts, [], ("answers", ""))
    bars = [ET.fromstring(line) for line in plot.draw(760, 190) if line.startswith("<rect")]
    first, last = (float(bar.get("height") or 0) for bar in bars)
    assert first == pytest.approx(2 * last, abs=0.1)


@pytest.mark.parametrize("values", [[], [0.0], [1.0], [0.07, 0.3, 0.3], [59.99, 1e-9], [3e-5]])
def test_every_value_is_in_a_bin(values):
    edges, [counts] = bins([values])
    assert sum(counts) == len(values)
    assert len(edges) == len(counts) + 1
    assert max(values, default=0) <= edges[-1]


@pytest.mark.parametrize("end", [1e-6, 0.013, 0.1, 1, 2.003, 9.99, 60, 12345])
def test_ticks_are_few_and_reach_the_end(end):
    found = ticks(end)
    assert found[0] == 0
    assert end <= found[-1] * (1 + 1e-6)
    assert 2 <= len(found) <= 9


def test_counts_have_whole_ticks():
    assert ticks(1, whole=True, most=4) == [0, 1]
    assert all(tick == int(tick) for tick in ticks(3, whole=True, most=4))


def test_a_notebook_shows_the_picture_and_the_table(monkeypatch):
    formatter = DisplayFormatter()
    shell = SimpleNamespace(display_formatter=formatter)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    assert display.install_displays() is True
    data, _ = formatter.format(load(2))
    assert data["image/svg+xml"].startswith("<svg ")
    assert data["text/plain"] == str(load(2))
