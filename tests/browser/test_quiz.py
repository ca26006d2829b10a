"""A quiz as a learner meets it: by pointer, by keyboard, by its labels, and again after a reload."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect
from support.in_browser.accessibility import violations
from support.in_browser.laboratory import Laboratory
from support.in_browser.page import Notebook
from support.places import SHOUT

from labapp.course.lesson import dumps, new_cell, new_notebook

pytestmark = pytest.mark.browser

CELLS = (
    f"""
import os

os.environ["LABAPP_LESSONS"] = {str(SHOUT / "lessons")!r}
from labapp.course.quiz import Quiz

quiz = Quiz("90-shout")
""".strip(),
    'quiz("bottleneck")',
    'quiz("spellings")',
    'quiz("ten")',
    'quiz.compare("ten", 2.0213)',
)
# What the page sends is heard beside the cells, and on a busy machine after one that was run later.
BUSY = """
import threading, time
from labapp.course.quiz import quiz as module

def slowly(state=module.open_state):
    if threading.current_thread() is not threading.main_thread():
        time.sleep(0.1)
    return state()

module.open_state = slowly
"""
BOTTLENECK, SPELLINGS, TEN = "A colleague says", "A script waits", "How many seconds"
FORMS = {BOTTLENECK: 'quiz("bottleneck")', SPELLINGS: 'quiz("spellings")', TEN: 'quiz("ten")'}


@pytest.fixture
def notebook(laboratory: Laboratory, browser: Browser) -> Iterator[Notebook]:
    """A notebook that has asked, and measured nothing yet."""
    cells = [new_cell("code", source, f"cell-{number}", {}) for number, source in enumerate(CELLS)]
    (laboratory.home / "notebooks" / "quiz.ipynb").write_text(dumps(new_notebook(cells, {})))
    opened = laboratory.open(browser, "notebooks/quiz.ipynb")
    ask_all(opened)
    yield opened
    opened.close()


def ask_all(notebook: Notebook) -> None:
    """Run every cell but the last, which compares."""
    for index in range(len(CELLS) - 1):
        notebook.run_cell(index)


def form(notebook: Notebook, question: str) -> Locator:
    """Return the form of a question; JupyterLab renders a cell only once it is in view."""
    index = next(index for index, source in enumerate(CELLS) if FORMS[question] in source)
    notebook.ask("await panel.content.scrollToItem(given, 'center')", index)
    found = notebook.page.locator(".labapp-quiz").filter(has_text=question)
    found.wait_for()
    return found


def test_a_question_is_answered_by_keyboard_and_told_why(notebook: Notebook) -> None:
    asked, keyboard = form(notebook, BOTTLENECK), notebook.page.keyboard
    expect(asked.get_by_role("group", name="A colleague says")).to_have_count(1)
    asked.get_by_role("radio", name="The trace of the master").focus()
    keyboard.press("ArrowDown")
    expect(asked.get_by_role("radio", name="The counts by worker")).to_be_checked()
    keyboard.press("Enter")
    expect(asked.get_by_role("status")).to_have_text("Not this one. Its reason stands below it.")
    expect(asked.get_by_role("radio", name="The counts by worker")).to_have_accessible_description(
        "✗ No. They show who answered. A master that accepts and passes on would show the same counts."
    )
    expect(asked.get_by_text("It made no")).to_be_hidden()
    keyboard.press("ArrowUp")
    expect(asked.get_by_role("status")).to_be_empty()
    keyboard.press("Enter")
    expect(asked.get_by_role("status")).to_have_text("Right.")
    expect(asked.get_by_text("It made no")).to_be_visible()
    notebook.picture("quiz-light", asked)
    found = violations(notebook.page, ".labapp-quiz")

    asked.get_by_role("button", name="Why not the others?").press("Enter")
    expect(asked.get_by_text("All six hold the socket")).to_be_visible()
    notebook.dark()
    # JupyterLab covers the page while it changes its clothes.
    expect(notebook.page.locator("#jupyterlab-splash")).to_have_count(0)
    notebook.picture("quiz-dark", asked)
    assert found + violations(notebook.page, ".labapp-quiz") == []
    assert notebook.complaints == []
    # Where the system forces its colours, code has no ground of its own.
    notebook.page.emulate_media(forced_colors="active")
    for code in asked.locator("code").all():
        expect(code).to_have_css("background-color", "rgba(0, 0, 0, 0)")


def test_several_answers_and_the_way_out_after_two_misses(notebook: Notebook) -> None:
    asked = form(notebook, SPELLINGS)
    expect(asked).to_contain_text("Several answers are right.")
    asked.get_by_role("button", name="Check").click()
    expect(asked.get_by_role("status")).to_have_text("Choose an answer first.")
    asked.get_by_text("labapp:create_app", exact=True).click()
    asked.get_by_role("button", name="Check").click()
    expect(asked.get_by_role("status")).to_have_text("These belong, and there is more.")
    asked.get_by_role("checkbox", name="labapp:create_app()").check()
    asked.get_by_role("button", name="Check").click()
    expect(asked.get_by_role("status")).to_have_text("One of these does not belong.")
    asked.get_by_role("button", name="Show the answers").click()
    expect(asked.get_by_text("✓ Right.")).to_have_count(2)
    expect(asked.get_by_text("✗ No.")).to_have_count(1)
    assert notebook.complaints == []


def test_a_prediction_is_kept_and_stands_beside_the_measurement(notebook: Notebook) -> None:
    notebook.run_cell(notebook.append(BUSY))
    asked = form(notebook, TEN)
    number = asked.get_by_role("textbox", name="How many seconds will ten requests of 0.2 s take?")
    asked.get_by_role("button", name="Keep my prediction").click()
    expect(asked.get_by_role("status")).to_have_text("Give a number, such as 0.5.")
    expect(number).to_be_focused()
    number.fill("0,2")
    number.press("Enter")
    expect(asked.get_by_role("status")).to_have_text("Kept: 0.2 s. Run on to see.")
    notebook.run_cell(len(CELLS) - 1)
    expect(asked.get_by_role("status")).to_have_text(
        "You predicted 0.2 s. Measured: ≈ 2.02 s. The prediction was 10 times too low."
    )
    expect(number).not_to_be_editable()
    notebook.picture("quiz-prediction", asked)
    assert notebook.complaints == []


def test_a_reload_and_a_new_kernel_remember(notebook: Notebook) -> None:
    form(notebook, BOTTLENECK).get_by_text("The trace of the master").click()
    form(notebook, BOTTLENECK).get_by_role("button", name="Check").click()
    form(notebook, TEN).get_by_role("textbox").fill("3")
    form(notebook, TEN).get_by_role("textbox").press("Enter")
    expect(form(notebook, TEN).get_by_role("status")).to_have_text("Kept: 3 s. Run on to see.")
    notebook.save()

    notebook.reload()
    expect(form(notebook, BOTTLENECK).get_by_role("status")).to_have_text("Right.")
    expect(form(notebook, TEN).get_by_role("textbox")).to_have_value("3")
    assert notebook.complaints == []

    # JupyterLab itself complains of a restart, about its debugger.
    notebook.ask("await panel.sessionContext.restartKernel()")
    notebook.ready()
    ask_all(notebook)
    expect(form(notebook, BOTTLENECK).get_by_role("status")).to_have_text("Right.")
    expect(form(notebook, TEN).get_by_role("textbox")).to_have_value("3")
