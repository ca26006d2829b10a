"""What axe-core finds wrong with a part of a page."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from playwright.sync_api import Page

FOUND = """async selector => {
    const { violations } = await axe.run({ include: [selector] }, { resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) =>
        `${id}: ${html.slice(0, 160)}: ${failureSummary.replaceAll('\\n', ' ')}`));
}"""


@cache
def _axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, selector: str) -> list[str]:
    """Return what axe-core has against everything on the page that is selected, and against what is in it."""
    page.evaluate(_axe())
    return list(page.evaluate(FOUND, selector))
