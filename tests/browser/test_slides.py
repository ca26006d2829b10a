"""A lesson as slides: what is on them works as it does in the notebook."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from support.live_view import LIVE, box, watched
from support.page import Notebook

pytestmark = pytest.mark.browser


def test_the_first_click_on_a_signal_arrives(lesson: Notebook) -> None:
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
