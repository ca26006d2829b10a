"""The conversation of lesson 09: a browser that has JupyterLab open talks to Gunicorn, through Nginx."""

from __future__ import annotations

import pytest
from laboratory import REPOSITORY, Laboratory
from playwright.sync_api import Browser, expect

from labapp.course.notebook import dumps, load, new_cell, new_notebook

pytestmark = pytest.mark.browser

IMPORTS = "from concurrent.futures import ThreadPoolExecutor\nfrom time import monotonic"
NEEDED = ("quiz = Quiz", "UPGRADED = ", "PATIENT = ", "echo-say")


def test_a_word_comes_back_reversed(laboratory: Laboratory, browser: Browser) -> None:
    lesson = load(REPOSITORY / "notebooks" / "09-nginx-toolbox.ipynb")
    code = [cell.source for cell in lesson.cells if cell.cell_type == "code"]
    needed = [source for source in code if any(words in source for words in NEEDED)]
    sources = [IMPORTS, *(source.replace("../lessons", str(REPOSITORY / "lessons")) for source in needed)]
    cells = [new_cell("code", source, f"cell-{n}", {}) for n, source in enumerate(sources)]
    (laboratory.home / "notebooks" / "talk.ipynb").write_text(dumps(new_notebook(cells, {})))
    notebook = laboratory.open(browser, "notebooks/talk.ipynb")
    for index in range(len(cells)):
        notebook.run_cell(index)
    page = notebook.page
    heard = page.locator("#echo-heard")
    expect(heard).to_have_text("connected", timeout=10_000)
    page.get_by_label("Say something").fill("live")
    page.get_by_role("button", name="Send").click()
    expect(heard).to_have_text("evil")
    notebook.close()
