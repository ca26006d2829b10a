"""Every picture is also told in words."""

from __future__ import annotations

from collections.abc import Iterator

from labapp.course.contract.book import Book, Finding
from labapp.course.contract.text import read_html, read_markdown


def have_words(book: Book) -> Iterator[Finding]:
    """Pictures have alternative text: `![words](…)`, `<img alt>`, an SVG's `<title>`, `alt` metadata."""
    for index, cell in enumerate(book.cells):
        shown = read_markdown(cell.source).pictures if cell.cell_type == "markdown" else []
        for output in cell.get("outputs", []):
            for kind, content in output.get("data", {}).items():
                if kind in ("text/html", "image/svg+xml"):
                    shown += read_html(content).pictures
                elif kind.startswith("image/"):
                    alt = output.get("metadata", {}).get(kind, {}).get("alt", "")
                    shown.append((f"an output {kind}", alt))
                elif kind == "text/markdown":
                    shown += read_markdown(content).pictures
        for source, words in shown:
            if not words:
                yield index, f"shows {source} without alternative text"
