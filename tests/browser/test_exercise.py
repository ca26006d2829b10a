"""An exercise as a learner works on it: no answer, a wrong one, a hint, a right one, and the way back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, expect
from support.laboratory import Laboratory
from support.page import Notebook

pytestmark = pytest.mark.browser

MASTER = "def who_answers(web):\n    return web.pid"
WORKER = "def who_answers(web):\n    return web.workers[0].pid"


def answer(notebook: Notebook, source: str | None = None) -> Locator:
    """Give an answer to the first question and check it; return what the check shows."""
    given, check = notebook.code_cell("def who_answers"), notebook.code_cell("exercise.check(1")
    if source is not None:
        notebook.write(given, source)
    notebook.run_cell(given)
    notebook.run_cell(check)
    return notebook.show(check).locator(".jp-OutputArea")


def test_a_question_is_tried_hinted_and_passed(laboratory: Laboratory, browser: Browser) -> None:
    notebook = laboratory.open(browser, "exercises/00-welcome.ipynb")
    notebook.run_through("lab.launch")
    expect(answer(notebook)).to_contain_text("Exercise 00.1: unattempted")

    shown = answer(notebook, MASTER)
    expect(shown).to_contain_text("Exercise 00.1: fail")
    hint = notebook.append("exercise.hint(1)")
    notebook.run_cell(hint)
    expect(notebook.show(hint).locator(".jp-OutputArea")).to_contain_text("Exercise 00.1: 1 of 3 hints")

    expect(answer(notebook, WORKER)).to_contain_text("Exercise 00.1: pass")
    notebook.picture("exercise", notebook.page.locator(".jp-Notebook"))
    assert notebook.complaints == []
    notebook.close()

    welcome = laboratory.open(browser, "notebooks/00-welcome.ipynb")
    done = welcome.code_cell("progress()")
    welcome.run_cell(done)
    row = welcome.show(done).get_by_role("row", name="00 Follow one request")
    expect(row.get_by_role("img", name="1: passed")).to_be_visible()
    assert welcome.complaints == []
    welcome.close()


def test_a_failure_leads_to_the_lesson(laboratory: Laboratory, browser: Browser) -> None:
    notebook = laboratory.open(browser, "exercises/00-welcome.ipynb")
    notebook.run_through("lab.launch")
    answer(notebook, MASTER).get_by_role("link", name="Which process answered?").click()
    notebook.page.wait_for_url("**/notebooks/00-welcome.ipynb")
    notebook.close()
