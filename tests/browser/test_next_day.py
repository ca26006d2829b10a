"""A notebook opened when its kernel is gone: stored pictures and questions, and how to make them live."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.sign import NotebookNotary
from playwright.sync_api import Browser, expect
from support.in_browser.accessibility import violations
from support.in_browser.laboratory import Laboratory
from support.in_browser.live_view import LIVE, box, view_of, watched
from support.in_browser.page import Notebook

from labapp.front_end import VIEW

pytestmark = pytest.mark.browser

LIVELY = ("lab.watch(", "quiz(")
PICTURE = "Stored picture: to go live, run all above this cell (menu Run), then this cell."
QUESTION = "Stored question: to answer it, run all above this cell (menu Run), then this cell."
Cell = dict[str, Any]


def as_learners_save_them(folder: Path) -> tuple[Cell, dict[str, int]]:
    """Return all lessons' pictures in one notebook, and how many are of widgets that no kernel has."""
    cells, widgets = [], {}
    for path in sorted(folder.glob("[0-9]*.ipynb")):
        notebook = json.loads(path.read_text())
        shown = [cell for cell in notebook["cells"] if pictures(cell)]
        live = [bundle for cell in shown if is_lively(cell) for bundle in pictures(cell)]
        for number, bundle in enumerate(live):
            bundle[VIEW] = {"version_major": 2, "version_minor": 0, "model_id": f"{path.stem}-{number}"}
        widgets[path.stem] = len(live)
        cells += [cell | {"id": f"{path.stem[:2]}-{cell['id']}"} for cell in shown]
    return notebook | {"cells": cells}, widgets


def is_lively(cell: Cell) -> bool:
    return any(word in "".join(cell["source"]) for word in LIVELY)


def pictures(cell: Cell) -> list[dict[str, Any]]:
    """Return the outputs of a cell that are more than text."""
    bundles = [output.get("data", {}) for output in cell.get("outputs", ())]
    return [bundle for bundle in bundles if not {"image/svg+xml", "text/html"}.isdisjoint(bundle)]


def test_every_lesson_shows_what_was_stored(laboratory: Laboratory, browser: Browser) -> None:
    notebook, widgets = as_learners_save_them(laboratory.home / "notebooks")
    assert len(widgets) >= 10
    assert all(widgets.values())
    (laboratory.home / "notebooks" / "saved.ipynb").write_text(json.dumps(notebook))
    # JupyterLab signs what it saves.
    NotebookNotary(data_dir=str(laboratory.home / "data")).sign(nbformat.from_dict(notebook))
    # Every cell is on the page, not only those in sight.
    chosen = laboratory.home / "settings" / "@jupyterlab" / "notebook-extension"
    chosen.mkdir(parents=True)
    (chosen / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')
    opened = laboratory.open(browser, "notebooks/saved.ipynb")
    stored = opened.page.locator(".labapp-stored")
    expect(stored).to_have_count(sum(widgets.values()))
    expect(stored.locator(".labapp-stored-line:not(:empty)")).to_have_count(sum(widgets.values()))
    expect(stored.locator("svg[aria-label], p > strong:first-child")).to_have_count(sum(widgets.values()))
    expect(opened.page.get_by_text("Error displaying widget")).to_have_count(0)
    expect(opened.page.get_by_text("Loading widget")).to_have_count(0)
    assert not [said for said in opened.complaints if "widget" in said]
    assert violations(opened.page, ".jp-Cell-outputArea") == []
    opened.dark()
    assert violations(opened.page, ".jp-Cell-outputArea") == []
    opened.close()


def test_a_view_goes_live_and_is_stored_again(lesson: Notebook) -> None:
    watched(lesson)
    lesson.save()
    view = view_of(lesson)
    lesson.ask("await panel.sessionContext.restartKernel()")
    expect(view).to_have_attribute("data-gone", "")
    expect(view).to_contain_text(re.compile(r"kernel restarted: this is how it was at \d\d:\d\d:\d\d"))
    expect(view).to_contain_text("To go live, run all above its cell (menu Run), then its cell.")
    expect(view.get_by_role("link")).to_have_count(0)
    expect(view.locator("[data-signal]:not([aria-disabled])")).to_have_count(0)
    lesson.picture("live-view-gone", view)
    places = ("[data-live-view]", ".jp-Cell-outputArea")
    found = [one for place in places for one in violations(lesson.page, place)]
    lesson.dark()
    lesson.picture("live-view-gone-dark", view)
    assert found + [one for place in places for one in violations(lesson.page, place)] == []
    asked = lesson.show(lesson.code_cell("quiz("))
    expect(asked.get_by_text(QUESTION.replace("Stored question", "The kernel is gone"))).to_be_visible()
    expect(asked.locator("[inert] .labapp-quiz")).to_be_visible()
    expect(asked.locator("[inert] button").first).to_have_css("border-style", "dashed")
    lesson.reload()
    cell = lesson.show(lesson.code_cell(LIVE))
    expect(cell.get_by_text(PICTURE)).to_be_visible()
    expect(cell.get_by_role("img", name="gunicorn")).to_be_visible()
    expect(lesson.show(lesson.code_cell("quiz(")).get_by_text(QUESTION)).to_be_visible()
    lesson.picture("stored-light", cell)
    watched(lesson)
    expect(box(view_of(lesson), "M")).to_be_visible()
    expect(cell.locator(".labapp-stored")).to_have_count(0)
