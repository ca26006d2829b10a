"""The main job, as a learner does it: open the lesson, run it, watch Gunicorn, send it signals."""

from __future__ import annotations

import os
import re
import signal

import pytest
from playwright.sync_api import expect
from support.in_browser.accessibility import violations
from support.in_browser.live_view import box, view_of, watched, workers
from support.in_browser.page import Notebook

pytestmark = pytest.mark.browser


def test_lesson_runs_from_top_to_bottom_in_the_browser(lesson: Notebook) -> None:
    lesson.run_all()
    assert lesson.errors() == []
    assert lesson.unexecuted() == []
    assert lesson.complaints == []


def test_signals_are_sent_by_pointer_and_by_keyboard(lesson: Notebook) -> None:
    view = watched(lesson)
    expect(box(view, "M")).to_be_visible()
    lesson.picture("live-view-five", view)

    view.locator('[data-signal="TTIN"]').click()
    expect(box(view, "W6")).to_be_visible()

    # The same without a pointer: to the tree, to the master, to its signals, to TTIN.
    box(view, "M").focus()
    lesson.page.keyboard.press("Enter")
    view.locator('[data-signal="TTIN"]').focus()
    lesson.page.keyboard.press("Enter")
    expect(box(view, "W7")).to_be_visible()
    expect(view).to_contain_text("you sent TTIN to master")

    # Keys are the view's own: D D would delete the cell, B add one.
    cells = lesson.ask("return cells.length")
    box(view, "M").focus()
    for key in ("d", "d", "b"):
        lesson.page.keyboard.press(key)
    expect(box(view, "M")).to_be_focused()
    assert lesson.ask("return cells.length") == cells
    assert lesson.complaints == []


def test_death_from_outside_and_the_successor_are_seen(lesson: Notebook) -> None:
    view = watched(lesson)
    settled = view.locator('[data-process^="W"][data-mood="alive"]')
    expect(settled).to_have_count(5, timeout=20_000)
    victim = int(box(view, "W3").get_attribute("data-pid") or 0)
    os.kill(victim, signal.SIGKILL)
    expect(box(view, "W3")).to_have_attribute("data-mood", "dead")
    expect(box(view, "W3")).to_contain_text("killed by SIGKILL")
    expect(box(view, "W6")).to_contain_text(re.compile(r"born [1-3]\.\d s ago"))
    lesson.picture("live-view-light", view)
    found = violations(lesson.page, "[data-live-view]")
    lesson.dark()
    lesson.picture("live-view-dark", view)
    assert found + violations(lesson.page, "[data-live-view]") == []
    # Who has died leaves the picture after a while.
    expect(box(view, "W3")).to_have_count(0, timeout=30_000)
    assert lesson.complaints == []


@pytest.mark.parametrize("busy", ["time.sleep(8)", "while time.time() < begun + 8: pass"])
def test_click_reaches_the_server_while_a_cell_runs(lesson: Notebook, busy: str) -> None:
    view = watched(lesson)
    cell = lesson.append(f"import time; begun = time.time()\n{busy}")
    lesson.run_cell(cell, wait=False)
    view.locator('[data-signal="TTIN"]').click()
    expect(box(view, "W6")).to_be_visible()
    assert lesson.busy(), "the cell was to run longer than the click took"


def test_view_survives_a_reload_of_the_page(lesson: Notebook) -> None:
    watched(lesson)
    lesson.save()
    lesson.reload()
    view = view_of(lesson)
    expect(workers(view)).to_have_count(5)
    view.locator('[data-signal="TTIN"]').click()
    expect(box(view, "W6")).to_be_visible()


def test_several_views_and_a_view_run_again_show_the_same(lesson: Notebook) -> None:
    watched(lesson)
    second = lesson.append('lab.watch(web, where="cell")')
    lesson.run_cell(second)
    lesson.run_cell(second)
    views = lesson.page.locator("[data-live-view]")
    # In two cells, and still on the stage.
    expect(views).to_have_count(3)
    lesson.run_cell(lesson.append('web.signal("TTIN")'))
    for view in views.all():
        view.scroll_into_view_if_needed()
        expect(box(view, "W6")).to_be_visible()


def test_view_closes_with_the_server_and_says_how_it_ended(lesson: Notebook) -> None:
    view = watched(lesson)
    lesson.run_cell(lesson.append("web.stop()"))
    view.scroll_into_view_if_needed()
    expect(view).to_contain_text(re.compile("exited with status 0"))
    # All ended as they were asked to: nobody looks dead, and nothing looks live.
    expect(view.locator('[data-state="ended"]')).to_have_count(6)
    expect(view.locator('[data-state="dead"]')).to_have_count(0)
    expect(view.get_by_role("link")).to_have_count(0)
    expect(view.locator('[data-do="live"]')).to_have_text("■ Ended")
    expect(view.locator('[data-signal="TTIN"]:not([disabled]):not([aria-disabled="true"])')).to_have_count(0)
    # The master's tag, one letter, can be read: of such a short word the rules of contrast say nothing.
    tags = view.locator("span.ll-tag.ll-head")
    paints = tags.evaluate_all(
        "tags => tags.map(getComputedStyle).map(one => [one.color, one.backgroundColor])"
    )
    assert paints
    assert all(ink != paper for ink, paper in paints), paints
    lesson.picture("live-view-ended", view)
    found = violations(lesson.page, "[data-live-view]")
    lesson.dark()
    lesson.picture("live-view-ended-dark", view)
    assert found + violations(lesson.page, "[data-live-view]") == []
    # It did so before the kernel was restarted, and not with it.
    lesson.ask("await panel.sessionContext.restartKernel()")
    expect(view).to_have_attribute("data-gone", "")
    expect(view.locator(".ll-sentence")).to_contain_text("The server has ended: exited with status 0.")
    expect(view).not_to_contain_text("ended with it")
