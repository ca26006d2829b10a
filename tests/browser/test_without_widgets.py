"""A JupyterLab without the extensions that show widgets: pictures stand still, and say why."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser, expect
from support.in_browser.laboratory import Laboratory
from support.in_browser.live_view import LIVE
from support.in_browser.page import Notebook

pytestmark = pytest.mark.browser

# The page's settings, wherever they are read, name fewer extensions. (To hand out another page would not do:
# the browser no longer takes it for one of this machine, and refuses it the kernel.)
LESS = """
const parse = JSON.parse;
JSON.parse = (...given) => {
  const told = parse(...given);
  if (told?.federated_extensions)
    told.federated_extensions = told.federated_extensions.filter(({ name }) => !lacking.includes(name));
  return told;
};
"""


@pytest.mark.parametrize(
    ("lacking", "packages"),
    [
        (("@jupyter-widgets/jupyterlab-manager", "anywidget"), "jupyterlab_widgets anywidget"),
        (("anywidget",), "anywidget"),
    ],
)
def test_a_view_says_what_is_lacking(
    laboratory: Laboratory, browser: Browser, lacking: tuple[str, ...], packages: str
) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    page.add_init_script(f"const lacking = {json.dumps(lacking)}; {LESS}")
    notebook = Notebook(
        page, f"{laboratory.url}doc/tree/notebooks/04-gunicorn-prefork.ipynb?token={laboratory.token}"
    )
    cell = notebook.code_cell(LIVE)
    notebook.run_through(LIVE)
    shown = notebook.show(cell).locator(".labapp-still")
    expect(shown).to_contain_text(f"pip install {packages}. Then load the page again.")
    expect(shown.locator("svg[aria-label]")).to_be_visible()
    expect(page.get_by_text("Error displaying widget")).to_have_count(0)
    page.close()
