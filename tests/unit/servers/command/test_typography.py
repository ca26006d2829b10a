"""What a page or a word processor made of a command is named, with its place and the plain form."""

from __future__ import annotations

import pytest

from labapp.servers.command import parse
from labapp.servers.errors import LaunchError

CASES = [
    (
        "gunicorn \u2013w 3 shop:app",
        "Character 10 of the command is \u2013 (EN DASH), where a plain - is meant.",
        "write: gunicorn -w 3 shop:app",
    ),
    (
        "gunicorn \u2014workers=3 \u201cshop:make()\u201d",
        "Character 10 of the command is \u2014 (EM DASH), where a plain -- is meant.",
        'write: gunicorn --workers=3 "shop:make()"',
    ),
    (
        "gunicorn \u2018shop:app\u2019",
        "Character 10 of the command is \u2018 (LEFT SINGLE QUOTATION MARK), where a plain ' is meant.",
        "write: gunicorn 'shop:app'",
    ),
    (
        'gunicorn "shop:app\u201d',
        "Character 19 of the command is \u201d (RIGHT DOUBLE QUOTATION MARK)",
        'write: gunicorn "shop:app"',
    ),
    (
        "gunicorn\u00a0shop:app",
        "Character 9 of the command is a NO-BREAK SPACE, where a plain blank is meant.",
        "write: gunicorn shop:app",
    ),
    (
        'gunicorn "shop\u200b:app"',
        "Character 15 of the command is a ZERO WIDTH SPACE, which nobody sees.",
        'write: gunicorn "shop:app"',
    ),
    (
        "gunicorn shop:app \\\n  \u2013\u2013workers 2",
        "Character 3 of line 2 is \u2013 (EN DASH), where a plain - is meant.",
        "--workers 2",
    ),
    (
        ["gunicorn", "\u2013w", "3"],
        "Character 1 of the word '\u2013w' is \u2013 (EN DASH), where a plain - is meant.",
        "write: -w",
    ),
]


@pytest.mark.parametrize(("command", "summary", "advice"), CASES, ids=[repr(case[0]) for case in CASES])
def test_a_typographic_character_is_named(command: str | list[str], summary: str, advice: str) -> None:
    with pytest.raises(LaunchError) as caught:
        parse(command)
    error = caught.value
    assert summary in error.summary
    assert error.advice.startswith("web pages and word processors put such characters in; write: ")
    assert error.advice.endswith(advice)
    line, caret = error.excerpt
    assert ord(line[caret.index("^")]) > 127


def test_in_quotes_it_may_be_meant() -> None:
    for command in ("python -c 'print(\"\u2013 \u201c\u00a0\")'", ["python", "-c", "print('\u2013')"]):
        assert "\u2013" in parse(command).argv[2]
