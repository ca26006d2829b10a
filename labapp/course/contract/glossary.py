"""The glossary: lessons/glossary.md, one notebook page, and the rule that each lesson links to it.

    ## worker

    A process that accepts connections and runs the application.

    Also: worker process, sync worker

A heading is a term; the anchor it answers to is the same everywhere only if it is made of letters, digits,
spaces and hyphens. `Also:` names other words for it, plurals apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from labapp.course.contract.book import Book, Finding, slide_type, tags
from labapp.course.folders import GLOSSARY, LessonError
from labapp.course.lesson import CONTENTS, NAVIGATION, anchor, load

PAGE = "glossary.ipynb"
_HEADING = re.compile(r"## +(.+?) *")
_TERM = re.compile(r"[A-Za-z0-9]+(?:[ -][A-Za-z0-9]+)*")
_ALSO = re.compile(r"Also: *(.+?)\.?")
_MARKDOWN = MarkdownIt("commonmark").enable("table")
_SILENT = ("heading", "table")


@dataclass(frozen=True, slots=True)
class Term:
    """An entry: the term as its heading says it, and the other words for it."""

    name: str
    also: tuple[str, ...] = ()

    @property
    def link(self) -> str:
        """Where the entry is found from any other notebook of the course."""
        return f"{PAGE}#{anchor(self.name)}"


@dataclass(frozen=True)
class Glossary:
    """The terms, in the order of the alphabet."""

    terms: tuple[Term, ...]

    @classmethod
    def read(cls, path: Path) -> Glossary:
        """Read a glossary.md; raise LessonError that names the line of what is amiss."""
        terms: list[Term] = []
        entry: list[str] = []
        lines = [*path.read_text(encoding="utf-8").splitlines(), "## "]
        begun, name = 0, ""
        for number, line in enumerate(lines, 1):
            if not (heading := _HEADING.fullmatch(line)) and number < len(lines):
                entry.append(line.strip())
                continue
            if name:
                terms.append(_term(name, entry, f"{path}:{begun}", terms))
            begun, name, entry = number, heading[1] if heading else "", []
        return cls(tuple(terms))

    def unused(self, books: Iterable[Book]) -> list[str]:
        """Return the terms that no lesson uses."""
        met = {term.name for book in books for term, *_ in self.uses(book)}
        return [term.name for term in self.terms if term.name not in met]

    def uses(self, book: Book) -> Iterator[tuple[Term, int, str, str]]:
        """Yield every use of a term in prose: term, cell, words, target of the link around it or ""."""
        for index, cell in book.prose():
            if slide_type(cell) == "notes" or {NAVIGATION, CONTENTS} & set(tags(cell)):
                continue
            for text, links in _paragraphs(cell.source):
                for found in self._pattern.finditer(text):
                    term = self._by_words[_singular(found[0].lower(), self._by_words)]
                    yield term, index, found[0], links[found.start()]

    @cached_property
    def _by_words(self) -> dict[str, Term]:
        return {words.lower(): term for term in self.terms for words in (term.name, *term.also)}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        # The longest first: a "listening socket" is not a use of "socket".
        words = sorted(map(re.escape, self._by_words), key=len, reverse=True)
        return re.compile(rf"(?<![\w-])(?:{'|'.join(words) or '(?!)'})(?:e?s)?(?![\w-])", re.IGNORECASE)


def every_term_is_met(book: Book) -> Iterator[Finding]:
    """Every term is used by some lesson: words that nobody meets need no explanation."""
    if book.page is not None:
        lessons = sorted(book.path.parent.glob("[0-9][0-9]-*.ipynb"))
        for term in Glossary.read(book.page.lesson.source).unused(Book(path, load(path)) for path in lessons):
            yield None, f"explains {term!r}, which no lesson uses"


def links_terms_where_they_first_appear(book: Book) -> Iterator[Finding]:
    """The first use of every term in a lesson's prose is a link to the glossary."""
    source = book.page.lesson.source.parents[1] / GLOSSARY if book.page else None
    if source is None or not source.is_file():
        return
    glossary = Glossary.read(source)
    met: set[Term] = set()
    for term, index, words, link in glossary.uses(book):
        # In a link to elsewhere the words are that link's.
        if term in met or (link and link != term.link):
            continue
        met.add(term)
        if not link:
            yield index, f"uses “{words}” for the first time: write [{words}]({term.link})"


def _term(name: str, entry: list[str], place: str, before: list[Term]) -> Term:
    if not _TERM.fullmatch(name):
        raise LessonError(f"{place}: {name!r}: a term has letters, digits, spaces and hyphens")
    if before and name.lower() <= before[-1].name.lower():
        raise LessonError(f"{place}: {name!r} belongs before {before[-1].name!r}")
    also = [found[1] for line in entry if (found := _ALSO.fullmatch(line))]
    if len([line for line in entry if line]) <= len(also):
        raise LessonError(f"{place}: {name!r} is not explained")
    return Term(name, tuple(word.strip() for words in also for word in words.split(",")))


def _paragraphs(source: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the words of each paragraph, and for each character the target of the link around it, or ""."""
    silent = 0
    for token in _MARKDOWN.parse(source):
        if token.type.rpartition("_")[0] in _SILENT:
            silent += token.nesting
        elif token.type == "inline" and not silent:
            yield _inline(token.children or [])


def _inline(tokens: list[Token]) -> tuple[str, list[str]]:
    text, links, link = "", [], ""
    for token in tokens:
        if token.type == "link_open":
            link = str(token.attrGet("href"))
        elif token.type == "link_close":
            link = ""
        # Code is no word, and neither is what stands at either side of it one.
        words = token.content if token.type == "text" else "\0" if token.type == "code_inline" else ""
        words = words or (" " if token.type in ("softbreak", "hardbreak") else "")
        text += words
        links += [link] * len(words)
    return text, links


def _singular(words: str, known: dict[str, Term]) -> str:
    return next(form for form in (words, words[:-1], words[:-2]) if form in known)
