"""What must not be published: paths of the machine that built the notebook, and secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from labapp.course.contract.book import Book, Finding

_PATH = re.compile(
    # Not the rest of a URL, nor what a request asks for.
    r"""(?<![\w.:/~)\]-])(?<!GET\ )(?<!HEAD\ )(?<!POST\ )(?<!PUT\ )(?:
        /(?:home|Users|root|tmp|private/(?:tmp|var)|var/folders|run/user)/[^\s"'<>]+
        | (?:/[\w.+-]+)+/(?:site-packages|\.venv|lib/python3[\w.]*)/[^\s"'<>]*
        | [A-Z]:\\\\?[\w.-]+\\[^\s"'<>]+
    )""",
    re.VERBOSE,
)
_SECRET = re.compile(
    r"""(?ix)
        (?: \b(?:token|secret|password|passwd|api[_-]?key)\b ["']? \s* [=:] \s* ["']? [\w+/.-]{20,} )
        | (?: \bauthorization\b ["']? \s* [=:] \s* ["']? (?:token|bearer|basic) \s+ \S+ )
        | (?: \b_xsrf \s* [=:] ) | -----BEGIN\ [A-Z ]*PRIVATE\ KEY-----
    """
)


def are_not_this_machine(book: Book) -> Iterator[Finding]:
    """No source and no output holds an absolute path of the machine it was written or executed on."""
    for index, cell in enumerate(book.cells):
        for where, text in _texts(cell):
            found = _PATH.search(text)
            here = found[0] if found else next((place for place in _here() if place in text), None)
            if here:
                yield index, f"its {where} holds a path of one machine: {here}"


def hold_no_secret(book: Book) -> Iterator[Finding]:
    """No source and no output holds a token, a password or a private key."""
    for index, cell in enumerate(book.cells):
        for where, text in _texts(cell):
            found = _SECRET.search(text)
            if found:
                yield index, f"its {where} looks like a secret: {found[0][:12]}…"


def _here() -> list[str]:
    """Return where this very machine keeps the checkout and the user's files."""
    places = [str(Path.cwd()), str(Path.home())]
    return [place + "/" for place in places if len(place) > 1]


def _texts(cell: NotebookNode) -> Iterator[tuple[str, str]]:
    """Yield every text of a cell, with what it is."""
    yield "source", cell.source
    for output in cell.get("outputs", []):
        for value in (output.get("text"), output.get("evalue"), "\n".join(output.get("traceback", []))):
            if value:
                yield "output", value
        for value in output.get("data", {}).values():
            yield "output", value if isinstance(value, str) else str(value)
