"""A report as a page and as a picture: whole, told in words, in both themes."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from labapp.examine.advice import advise
from labapp.examine.page import page
from labapp.examine.picture import bars, draw
from labapp.examine.words import say
from labapp.views import LIGHT, follow

SVG = "{http://www.w3.org/2000/svg}"


def said(figures):
    given = advise(figures, lambda size: f"gunicorn shop:app -w {size.workers}", True, "Gunicorn")
    return say(figures, given, reloads=True, name="Gunicorn")


def test_the_page_needs_no_other_file_and_has_every_section(figures):
    figures.command = "gunicorn 'shop:app(\"<x>\")'"
    text = page(said(figures))
    assert not re.search(r"(src|href)=|url\(|@import|<script", text)
    assert "<x>" not in text
    assert '<html lang="en">' in text
    for heading in ("The command line", "Paths", "How much is too much", "Memory", "The budget of timeouts"):
        assert f"<h2>{heading}</h2>" in text
    assert text.count("<svg") == text.count('role="img"') == text.count("aria-label=") == 2


def test_its_pictures_follow_the_theme(figures):
    text = page(said(figures))
    pictures = "".join(re.findall(r"<svg.*?</svg>", text, re.DOTALL))
    assert "var(--ink)" in pictures
    assert not [colour for colour in LIGHT.values() if f'"{colour}"' in pictures]
    assert "prefers-color-scheme: dark" in text
    assert follow(f'<rect fill="{LIGHT["paper"]}"/>') == '<rect fill="var(--paper)"/>'


def test_the_picture_says_what_it_shows_and_where_which_bar_is(figures):
    root = ET.fromstring(draw(said(figures)))
    assert root.get("aria-label") == "Capacity report: gunicorn shop:app"
    assert root.findtext(f"{SVG}desc") == str(said(figures))
    words = [text.text or "" for text in root.iter(f"{SVG}text")]
    assert any("(as given)" in one for one in words)
    assert any("(advised)" in one for one in words)
    assert " id=" not in draw(said(figures))
    assert all(float(text.get("y", 0)) <= float(root.get("height", 0)) for text in root.iter(f"{SVG}text"))
    # In half a window, 560 pixels, no letter is below 11.
    least = min(float(text.attrib["font-size"]) for text in root.iter(f"{SVG}text"))
    assert least * 560 / float(root.attrib["width"]) >= 11


def test_without_trials_there_are_no_bars(figures, trial):
    figures.trials = [trial(1, 1, 0)]
    assert bars(said(figures)) == ""
    assert "<rect x=" not in draw(said(figures))
    assert "<h2>Workers and threads" not in page(said(figures))
