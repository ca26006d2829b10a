"""Nginx's configuration as its parser reads it: words, blocks, and where each stands."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_WORD = re.compile(
    r"""
      (?P<space>\s+|\#[^\n]*)
    | (?P<quoted>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
    | (?P<sign>[{};])
    | (?P<plain>(?:\\.|\$\{|[^\s;{}"'\\\#])(?:\\.|\$\{|[^\s;{\\])*)
    | (?P<open>["'])
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,  # To Nginx, a no-break space is a letter.
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word or one of `{ } ;`, and the line and column (both from 1) where it begins."""

    text: str
    line: int
    column: int
    kind: str = "plain"

    @property
    def value(self) -> str:
        """The word without its quotes."""
        return self.text[1:-1] if self.kind == "quoted" else self.text


@dataclass(slots=True)
class Directive:
    """A directive: its name, its arguments, the blocks it stands in, and its own."""

    words: list[Word]
    inside: tuple[str, ...] = ()
    block: "list[Directive] | None" = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """The first word."""
        return self.words[0].value

    @property
    def arguments(self) -> list[str]:
        """The other words."""
        return [word.value for word in self.words[1:]]


def words(text: str) -> Iterator[Word]:
    """Yield the words and signs of a configuration; an unclosed quote is a word of the kind `open`."""
    line, start = 1, 0
    for found in _WORD.finditer(text):
        kind = found.lastgroup or ""
        if kind != "space":
            yield Word(found[0], line, found.start() - start + 1, kind)
        if breaks := found[0].count("\n"):
            line += breaks
            start = found.start() + found[0].rindex("\n") + 1


def in_quotes(text: str, marks: Mapping[str, str]) -> str:
    """Replace marks by the characters that they stand for, in words with quotes around them."""
    if not any(mark in text for mark in marks):
        return text
    pieces = []
    table = str.maketrans(dict(marks))
    for found in _WORD.finditer(text):
        filled = found[0].translate(table)
        plain = found.lastgroup == "plain" and filled != found[0]
        pieces.append(f'"{filled}"' if plain else filled)
    return "".join(pieces)


def read(text: str) -> list[Directive]:
    """Return the directives of a configuration, as far as it can be read."""
    top: list[Directive] = []
    blocks, names, pending = [top], [""], list[Word]()
    for word in words(text):
        if word.kind != "sign":
            pending.append(word)
        elif word.text == "}":
            pending = []
            if len(blocks) > 1:
                blocks.pop()
                names.pop()
        elif pending:
            directive = Directive(pending, tuple(names[1:]))
            blocks[-1].append(directive)
            pending = []
            if word.text == "{":
                directive.block = []
                blocks.append(directive.block)
                names.append(directive.name)
    return top


def everything(directives: list[Directive]) -> Iterator[Directive]:
    """Yield directives and all that stand inside them."""
    for directive in directives:
        yield directive
        yield from everything(directive.block or [])


def directives(text: str) -> Iterator[Directive]:
    """Yield the directives of a configuration, those inside others too."""
    yield from everything(read(text))


def unbalanced(text: str) -> tuple[Word, str] | None:
    """Return what makes a configuration end too early or too late, and how; None if nothing does."""
    opened: list[Word] = []
    for word in words(text):
        if word.kind == "open":
            return word, "this quote is never closed"
        if word.kind == "sign" and word.text == "{":
            opened.append(word)
        elif word.kind == "sign" and word.text == "}":
            if not opened:
                return word, "this } closes a block that was never opened"
            opened.pop()
    return (opened[-1], "this { is never closed") if opened else None
