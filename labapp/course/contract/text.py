"""Markdown and HTML, taken apart: the words a reader reads, the links, the pictures."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass(slots=True)
class Text:
    """Words without code, targets of links, and pictures as (source, alternative text)."""

    words: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    pictures: list[tuple[str, str]] = field(default_factory=list)


def read_markdown(source: str) -> Text:
    """Return what a Markdown cell shows, the HTML in it included."""
    text = Text()
    for token in _MARKDOWN.parse(source):
        if token.type == "html_block":
            _Page(text).feed(token.content)
        for child in token.children or []:
            _read_inline(child, text)
    return text


def read_html(source: str) -> Text:
    """Return what a piece of HTML or SVG shows."""
    text = Text()
    _Page(text).feed(source)
    return text


def _read_inline(token: Token, text: Text) -> None:
    if token.type == "text":
        text.words.append(token.content)
    elif token.type == "link_open":
        text.links.append(str(token.attrGet("href")))
    elif token.type == "image":
        text.pictures.append((str(token.attrGet("src")), token.content.strip()))
    elif token.type == "html_inline":
        _Page(text).feed(token.content)


class _Page(HTMLParser):
    """Collects words, links and pictures; an SVG's alternative text is its <title>."""

    def __init__(self, text: Text) -> None:
        super().__init__()
        self._text = text
        self._open: list[str] = []
        self._title = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self._text.links.append(given["href"])
        elif tag == "img":
            # An empty alt marks a decoration, which a lesson has none of.
            self._text.pictures.append((given.get("src", "an <img>"), given.get("alt", "").strip()))
        elif tag == "svg" and "svg" not in self._open:
            self._title = given.get("aria-label", "").strip()
        if tag not in ("img", "br", "hr", "input"):
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        if tag == "svg" and "svg" not in self._open:
            self._text.pictures.append(("an SVG", self._title))

    def handle_data(self, data: str) -> None:
        if "svg" in self._open:
            if self._open[-1] == "title":
                self._title = self._title or data.strip()
        elif not {"code", "pre", "script", "style"}.intersection(self._open):
            self._text.words.append(data)
