"""A notebook's slides, and whether what is on one of them can be read."""

from __future__ import annotations

SMALL = {"width": 1280, "height": 720}
GO_TO = """cell =>
    labappShow.go(labappShow.slides.findIndex(({ units }) => units.some((unit) => unit.cell === cell)))"""
# The smallest letters that somebody sees in a view or a picture, in pixels.
LETTERS = """view => {
    const texts = document.createTreeWalker(view, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    const found = [];
    while (texts.nextNode()) {
        const { textContent: text, parentElement: element } = texts.currentNode;
        const seen = element.checkVisibility({visibilityProperty: true, opacityProperty: true});
        if (!text.trim() || !seen) continue;
        range.selectNodeContents(texts.currentNode);
        const { width, height } = range.getClientRects()[0] ?? {};
        if (width > 2) found.push([Math.round(height / 1.15), text]);
    }
    return found.sort(([one], [other]) => one - other).slice(0, 5);
}"""
LEAST = 16  # pixels of 720, less than which the last row does not read
FITS = """element => {
    const { top, bottom } = element.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
}"""
