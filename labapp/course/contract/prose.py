"""How a lesson is written: links that lead somewhere, sentences that do not shout, lines that diff well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from labapp.course.contract.book import Book, Finding, first_words, tags
from labapp.course.contract.text import read_markdown
from labapp.course.lesson import NAVIGATION, anchor, headings, load

PROSE_WIDTH = 120
CODE_WIDTH = 96
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1", "0.0.0.0")


def links_lead_somewhere(book: Book) -> Iterator[Finding]:
    """Every relative link names a file of the checkout, every fragment a heading of it."""
    for index, cell in book.prose():
        text = read_markdown(cell.source)
        for target in [*text.links, *(source for source, _ in text.pictures)]:
            if target.startswith("attachment:"):
                if target.removeprefix("attachment:") not in cell.get("attachments", {}):
                    yield index, f"shows {target}, which is not attached"
                continue
            wrong = _wrong(book, target)
            if wrong:
                yield index, f"links to {target}: {wrong}"


def does_not_exclaim(book: Book) -> Iterator[Finding]:
    """No exclamation mark in prose; code, also within a line, may have one."""
    for index, cell in book.prose():
        for words in read_markdown(cell.source).words:
            if "!" in words:
                yield index, f"exclaims: “{first_words(words[max(0, words.index('!') - 30) :])}”"


def lines_are_short(book: Book) -> Iterator[Finding]:
    """Code fits a projector, prose a diff; a table's row and a line that is one long word may be longer."""
    for index, cell in enumerate(book.cells):
        width = CODE_WIDTH if cell.cell_type == "code" else PROSE_WIDTH
        if NAVIGATION in tags(cell):
            continue  # Generated, and as long as the titles are.
        for line in cell.source.splitlines():
            if len(line) > width and not (cell.cell_type == "markdown" and _may_be_long(line)):
                yield (
                    index,
                    f"has a line of {len(line)} characters, at most {width} are due: “{first_words(line)}”",
                )


def _may_be_long(line: str) -> bool:
    return line.startswith("|") or " " not in line.strip().lstrip("-*0123456789. ")


def _wrong(book: Book, target: str) -> str:
    """Return what is wrong with a link's target, "" if nothing."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        if parts.hostname in _THIS_MACHINE:
            return "behind a hub's proxy the reader's browser is on another machine"
        return ""
    if parts.path.startswith("/"):
        return "a path from the root breaks behind a hub's proxy"
    path = book.path.parent / unquote(parts.path) if parts.path else book.path
    if parts.path and not path.exists():
        return "no such file"
    if parts.fragment and unquote(parts.fragment) not in _anchors(book, path):
        return f"no such heading in {path.name}"
    return ""


def _anchors(book: Book, path: Path) -> set[str]:
    """Return the fragments that a file's headings answer to."""
    if path == book.path:
        return {anchor(heading) for heading in headings(cell.source for _, cell in book.prose())}
    if path.suffix == ".ipynb":
        texts = [cell.source for cell in load(path).cells if cell.cell_type == "markdown"]
        return {anchor(heading) for heading in headings(texts)}
    if path.suffix == ".md":
        return {_slug(heading) for heading in headings([path.read_text(encoding="utf-8")])}
    return set()


def _slug(heading: str) -> str:
    """Return the fragment by which a page of Markdown is addressed on GitHub."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
