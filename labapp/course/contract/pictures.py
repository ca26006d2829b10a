"""Every picture is also told in words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from labapp.course.contract.book import Book, Finding
from labapp.course.contract.text import read_html, read_markdown

# What JupyterLab is to show as a part of the page, and not as an image without words.
_SAYS_ITSELF = re.compile(r'\s*<svg (?=[^>]*\brole="img")(?=[^>]*\baria-label="[^"])')


def have_words(book: Book) -> Iterator[Finding]:
    """Pictures have alternative text: `![words](…)`, `<img alt>`, an SVG's `aria-label`, `alt` metadata."""
    for index, cell in enumerate(book.cells):
        shown = read_markdown(cell.source).pictures if cell.cell_type == "markdown" else []
        for output in cell.get("outputs", []):
            for kind, content in output.get("data", {}).items():
                if kind == "image/svg+xml":
                    if not _SAYS_ITSELF.match("".join(content)):
                        yield (
                            index,
                            "shows an SVG without role=img and aria-label: a page has no words for it",
                        )
                elif kind == "text/html":
                    shown += read_html(content).pictures
                elif kind.startswith("image/"):
                    alt = output.get("metadata", {}).get(kind, {}).get("alt", "")
                    shown.append((f"an output {kind}", alt))
                elif kind == "text/markdown":
                    shown += read_markdown(content).pictures
        for source, words in shown:
            if not words:
                yield index, f"shows {source} without alternative text"
