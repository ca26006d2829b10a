"""The conversation of lesson 09: a browser that has JupyterLab open talks to Gunicorn, through Nginx."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, expect
from support.in_browser.laboratory import ELSEWHERE, Laboratory
from support.places import ROOT

from labapp.course.lesson import dumps, load, new_cell, new_notebook

pytestmark = pytest.mark.browser

NEEDED = ("quiz = Quiz", "UPGRADED = ", "PATIENT = ", "conversation.html")


@pytest.mark.parametrize(("host", "proxied"), [("127.0.0.1", False), (ELSEWHERE, True)])
def test_a_word_comes_back_reversed(
    laboratory: Laboratory, browser: Browser, host: str, proxied: bool
) -> None:
    lesson = load(ROOT / "notebooks" / "09-nginx-toolbox.ipynb")
    code = [cell.source for cell in lesson.cells if cell.cell_type == "code"]
    sources = [source for source in code if any(words in source for words in NEEDED)] + ["lab.watch(edge)"]
    cells = [new_cell("code", source, f"cell-{n}", {}) for n, source in enumerate(sources)]
    (laboratory.home / "notebooks" / "talk.ipynb").write_text(dumps(new_notebook(cells, {})))
    notebook = laboratory.open(browser, "notebooks/talk.ipynb", host)
    page = notebook.page
    opened: list[str] = []
    page.on("websocket", lambda line: opened.append(urlsplit(line.url).path))
    for index in range(len(cells)):
        notebook.run_cell(index)
    heard = page.locator("#echo-heard")
    expect(heard).to_have_text("")
    # A page that shows the cell alone, the day after for one, asks nobody.
    assert not [path for path in opened if not path.startswith("/api/")]
    page.get_by_label("Say something").fill("live")
    page.get_by_role("button", name="Send").click()
    expect(heard).to_have_text("evil", timeout=10_000)
    page.get_by_label("Say something").fill("smart")
    page.get_by_label("Say something").press("Enter")
    expect(heard).to_have_text("trams")
    # So does the link of the live view.
    link = page.locator(".ll-url").get_attribute("href") or ""
    assert link.startswith("/proxy/" if proxied else "http://127.0.0.1:")
    answer = page.context.new_page().goto(urljoin(page.url, link))
    assert answer is not None
    assert answer.status < 500
    # Jupyter's own go to /api/…; the conversation goes straight to Nginx, or through Jupyter's proxy.
    assert [path.startswith("/proxy/") for path in opened if not path.startswith("/api/")] == [proxied]
    notebook.close()
