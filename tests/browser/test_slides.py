"""A lesson as slides: what is on them works as it does in the notebook."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from support.in_browser.laboratory import Laboratory
from support.in_browser.live_view import LIVE, box, watched
from support.in_browser.page import Notebook
from support.waiting import wait_for

pytestmark = pytest.mark.browser


def test_the_first_click_on_a_signal_arrives(lesson: Notebook, laboratory: Laboratory) -> None:
    view = watched(lesson)
    lesson.ask("await commands.execute('deck:start')")
    expect(lesson.page.locator("body")).to_have_attribute("data-jp-deck-mode", "presenting")
    # One step past the view, which is on the same slide.
    lesson.ask("panel.content.activeCellIndex = given", lesson.code_cell(LIVE))
    lesson.ask("await commands.execute('deck:forward')")
    expect(view).to_be_visible()
    active = lesson.ask("return panel.content.activeCellIndex")
    assert active > lesson.code_cell(LIVE)
    view.locator('[data-signal="TTIN"]').click()
    expect(box(view, "W6")).to_be_visible()
    assert lesson.ask("return panel.content.activeCellIndex") == active

    # A reload goes on with the show, another day does not.
    lesson.save()
    lesson.reload()
    presenting = lesson.page.locator("body[data-jp-deck-mode='presenting']")
    expect(presenting).to_have_count(1)
    url = lesson.page.url
    lesson.page.goto("about:blank")
    lesson.page.goto(url)
    lesson.ready()
    chosen = laboratory.home / "settings" / "jupyterlab-slideshow" / "plugin.jupyterlab-settings"
    wait_for(lambda: '"active": false' in chosen.read_text(), 30, "the end of the earlier show")
    expect(presenting).to_have_count(0)
