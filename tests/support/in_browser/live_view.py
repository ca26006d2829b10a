"""The live view on a page, and what stands in it."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from support.in_browser.page import Notebook

LIVE = "lab.watch(web)"
# Counts the dots that ever leave the socket: each is gone in half a second.
COUNT_FLIGHTS = """view => {
    window.flights = 0;
    new MutationObserver(records => {
        for (const { addedNodes } of records)
            for (const node of addedNodes) window.flights += node.classList?.contains('ll-flight') ?? 0;
    }).observe(view, {subtree: true, childList: true});
}"""


def view_of(notebook: Notebook) -> Locator:
    view = notebook.page.locator("[data-live-view]").first
    view.scroll_into_view_if_needed()
    return view


def box(view: Locator, label: str) -> Locator:
    return view.locator(f'[data-process="{label}"]')


def workers(view: Locator) -> Locator:
    return view.locator('[data-process^="W"][data-mood="alive"], [data-process^="W"][data-mood="born"]')


def watched(notebook: Notebook) -> Locator:
    """Run the lesson up to its live view of five workers."""
    notebook.run_through(LIVE)
    view = view_of(notebook)
    expect(workers(view)).to_have_count(5)
    return view
