"""The picture that stands alone."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from support.made_up import boxes

from labapp.views.tree.boxes import Box, settled
from labapp.views.tree.painter import draw

SVG = "{http://www.w3.org/2000/svg}"


def texts(picture: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(picture).iter(f"{SVG}text")]


@pytest.mark.parametrize("size", [0, 1, 5, 12, 60, 200])
def test_it_is_well_formed_and_always_the_same(size):
    picture = draw(boxes(size), "Process tree")
    ElementTree.fromstring(picture)
    assert picture == draw(boxes(size), "Process tree")


def test_it_names_itself_for_a_screen_reader():
    root = ElementTree.fromstring(draw(boxes(2), "A title"))
    assert (root.get("role"), root.get("aria-label")) == ("img", "A title")
    assert root.findtext(f"{SVG}title") == "A title"
    said = root.findtext(f"{SVG}desc") or ""
    assert "W2: worker, pid 3308, child of M" in said
    assert "Listening socket 127.0.0.1:46393, held by all 3 processes." in said


def test_what_varies_from_run_to_run_is_plain_text():
    shown = texts(draw(boxes(2, cpu=7), "Tree"))
    assert {"pid 3304", "pid 3307", "cpu 7 %", "23 MB", "127.0.0.1:46393"} <= set(shown)


def test_figures_move_nothing():
    calm, busy = (draw(boxes(5, cpu=cpu, memory=memory), "Tree") for cpu, memory in ((0, 9), (97, 140)))
    figures = re.compile(r"cpu \d+ %|\d+ MB")
    assert calm != busy
    assert figures.sub("", calm) == figures.sub("", busy)


def test_a_settled_picture_does_not_show_the_moment():
    moving = [
        *(replace(box, mood="born", state="running") for box in boxes(3)),
        Box("W4", "worker", 9, mood="dead"),
    ]
    assert draw(settled(moving), "Tree") == draw(settled(boxes(3)), "Tree")


def test_markup_in_a_command_stays_text():
    command = "gunicorn 'a:b(\"<script>&amp;\")'"
    picture = draw(boxes(1), command, [command, "<b>"])
    assert "<script" not in picture
    assert command in texts(picture)


def test_it_brings_nothing_that_a_page_would_have_to_fear():
    picture = draw(boxes(12), "Tree", ["gunicorn", "a master and 12 workers"])
    assert not re.search(r"<style|<script|\bid=|\bhref=|url\(|\bon\w+=|{age}", picture)


def test_spaces_between_figures_are_kept():
    root = ElementTree.fromstring(draw(boxes(0, threads=2), "Tree"))
    (figures,) = [element for element in root.iter(f"{SVG}text") if "MB" in (element.text or "")]
    assert figures.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"


def test_an_empty_tree_is_said_to_be_empty():
    assert texts(draw([], "Tree")) == ["no process is left"]


@pytest.mark.parametrize(("letters", "apart"), [(15, 0), (24, 0), (60, 22), (200, 22)])
def test_a_command_and_the_facts_beside_it_do_not_meet(letters, apart):
    facts = ["http://127.0.0.1:46393", "a master and 2 workers"]
    root = ElementTree.fromstring(draw(boxes(2), "Tree", ["g" * letters, *facts]))
    command, said = list(root.iter(f"{SVG}text"))[:2]
    assert float(said.get("y", 0)) - float(command.get("y", 0)) == apart
    without = ElementTree.fromstring(draw(boxes(2), "Tree"))
    assert float(root.get("height", 0)) == float(without.get("height", 0)) + 46 + apart
    shown = command.text or ""
    assert 16 + len(shown) * 9.06 <= float(root.get("width", 0)) - 16
    assert shown == "g" * letters or shown.endswith("g…")
