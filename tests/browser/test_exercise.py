"""An exercise as a learner works on it: no answer, a wrong one, a hint, a right one, and the way back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, expect
from support.in_browser.accessibility import violations
from support.in_browser.laboratory import Laboratory
from support.in_browser.page import Notebook

from labapp.course.lesson import load
from labapp.front_end import VIEW

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


def see_the_solution(notebook: Notebook, shown: Locator) -> None:
    """Ask for the solution, think better of it, have it after all, and put it away."""
    beside = shown.get_by_role("group", name="Beside the outcome")
    solution = beside.get_by_role("button", name="Show a solution")
    solution.press("Space")
    sure = beside.get_by_role("group", name="Show the solution?")
    expect(sure.get_by_role("button", name="Show it")).to_be_focused()
    notebook.page.keyboard.press("Tab")
    notebook.page.keyboard.press("Enter")
    expect(sure).to_be_hidden()
    expect(solution).to_be_focused()
    solution.click()
    sure.get_by_role("button", name="Show it").click()
    code = beside.get_by_role("region", name="One solution of several")
    # The kernel loads for it what reads a lesson.
    expect(code).to_contain_text("return web.get", timeout=60_000)
    notebook.picture("exercise-light", shown)
    found = violations(notebook.page, ".jp-OutputArea")
    notebook.dark()
    # JupyterLab covers the page while it changes its clothes.
    expect(notebook.page.locator("#jupyterlab-splash")).to_have_count(0)
    notebook.picture("exercise-dark", shown)
    assert found + violations(notebook.page, ".jp-OutputArea") == []
    beside.get_by_role("button", name="Hide the solution").click()
    expect(code).to_be_hidden()


def test_a_question_is_tried_hinted_and_passed(laboratory: Laboratory, browser: Browser) -> None:
    notebook = laboratory.open(browser, "exercises/00-welcome.ipynb")
    notebook.run_through("lab.launch")
    expect(answer(notebook)).to_contain_text("Exercise 00.1: unattempted")

    shown = answer(notebook, MASTER)
    expect(shown).to_contain_text("Exercise 00.1: fail")
    beside = shown.get_by_role("group", name="Beside the outcome")
    beside.get_by_role("button", name="Hint (1 of 3)").click()
    expect(beside).to_contain_text("Exercise 00.1: 1 of 3 hints")
    expect(beside.get_by_role("status").last).to_have_text("Hint 1 of 3 stands above.")
    # Where the system forces its colours, a hint has those of the outcome above it.
    notebook.page.emulate_media(forced_colors="active")
    above = shown.get_by_role("status", name="Exercise 00.1: fail").first
    stripe, letters = (
        above.evaluate(f"box => getComputedStyle(box).{of}") for of in ("borderLeftColor", "color")
    )
    assert stripe == letters
    expect(beside.get_by_role("status", name="1 of 3 hints")).to_have_css("border-left-color", letters)
    notebook.page.emulate_media(forced_colors="none")
    beside.get_by_role("button", name="Next hint (2 of 3)").press("Enter")
    expect(beside).to_contain_text("Exercise 00.1: 2 of 3 hints")
    typed = notebook.append("exercise.hint(1)")
    notebook.run_cell(typed)
    expect(notebook.show(typed).locator(".jp-OutputArea")).to_contain_text("Exercise 00.1: 3 of 3 hints")
    notebook.show(notebook.code_cell("exercise.check(1"))

    see_the_solution(notebook, shown)

    given = notebook.code_cell("def who_answers")
    notebook.write(given, WORKER)
    notebook.run_cell(given)
    notebook.show(notebook.code_cell("exercise.check(1"))
    beside.get_by_role("button", name="Check again").click()
    expect(beside).to_contain_text("Exercise 00.1: pass")
    expect(beside.get_by_role("status").last).to_contain_text("The outcome: pass.")
    expect(beside.get_by_role("button", name="hint")).to_have_count(0)
    assert notebook.complaints == []

    # Where the kernel is gone, the buttons are; what the check in the cell said is kept beside them.
    notebook.save()
    cells = load(laboratory.home / "exercises" / "00-welcome.ipynb").cells
    assert "00-welcome.ipynb is not trusted" not in (laboratory.home / "jupyter.log").read_text()
    [check] = [cell for cell in cells if cell.source.startswith("exercise.check(1")]
    assert [set(output.data) for output in check.outputs] == [
        {"text/plain", "text/html"},
        {"text/plain", VIEW},
    ]
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
    shown = answer(notebook, MASTER)
    shown.get_by_role("button", name="Check again").click()
    # That of the second outcome.
    link = shown.get_by_role("group", name="Beside the outcome").get_by_role(
        "link", name="Which process answered?"
    )
    notebook.page.evaluate("window.here = true")
    link.click()
    notebook.page.wait_for_url("**/notebooks/00-welcome.ipynb")
    assert notebook.page.evaluate("window.here"), "the page was loaded anew, and the exercise is gone"
    notebook.close()
