"""How the exercises speak: a box of named rows in a notebook, plain lines elsewhere.

Each kind has a mark and a word of its own beside its colour; the colours are JupyterLab's, so that they
follow its theme, with others where there is no JupyterLab.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from html import escape

from labapp.course.markup import to_html, to_text

Rows = Sequence[tuple[str, str]]

_MARKS = {
    "pass": ("✓", "var(--jp-success-color1, #2e7d32)"),
    "fail": ("✗", "var(--jp-error-color1, #c62828)"),
    "error": ("!", "var(--jp-warn-color1, #b26a00)"),
    "unattempted": ("○", "var(--jp-info-color1, #0277bd)"),
    "hint": ("?", "var(--jp-info-color1, #0277bd)"),
}
_BOX = "border-left: 4px solid {}; padding: 2px 12px; margin: 4px 0; max-width: 60em; line-height: 1.45"
_LIST = "display: grid; grid-template-columns: max-content 1fr; gap: 2px 12px; margin: 4px 0"
_NAME = "margin: 0; font-weight: normal; opacity: 0.8; white-space: nowrap"
_VALUE = "margin: 0; overflow-wrap: anywhere"
_WIDTH = 100
# Rows that hold code: nothing in them is markup.
_LITERAL = ("at", "printed", "hint", "next")


def text(title: str, rows: Rows, footer: Rows = ()) -> str:
    """Return a title and its named rows as plain lines."""
    lines = [title]
    shown = [
        (f"{name}:" if name else "", value if name in _LITERAL else to_text(value))
        for name, value in (*rows, *footer)
    ]
    width = max((len(name) for name, _ in shown), default=0)
    for name, value in shown:
        start = f"  {name:{width}} " if name else "  "
        rest = " " * (len(start) if name else 2)
        for number, line in enumerate(value.splitlines() or [""]):
            lines += textwrap.wrap(
                line,
                _WIDTH,
                initial_indent=rest if number else start,
                subsequent_indent=rest,
                break_long_words=False,
                break_on_hyphens=False,
                replace_whitespace=False,
                drop_whitespace=True,
            ) or [rest.rstrip()]
    return "\n".join(lines)


def html(kind: str, title: str, rows: Rows, footer: Rows = (), link: str = "") -> str:
    """Return the same as a box that says its kind in words; `link` leads from the row *look at*."""
    mark, colour = _MARKS[kind]
    head = f'<strong><span aria-hidden="true" style="color: {colour}">{mark}</span> {escape(title)}</strong>'
    sentences = "".join(f'<p style="{_VALUE}">{to_html(value)}</p>' for name, value in rows if not name)
    named = "".join(_row(name, value, link) for name, value in (*rows, *footer) if name)
    listed = f'<dl style="{_LIST}">{named}</dl>' if named else ""
    return (
        f'<div role="status" aria-label="{escape(title)}" style="{_BOX.format(colour)}">'
        f"{head}{sentences}{listed}</div>"
    )


def _row(name: str, value: str, link: str) -> str:
    if name in _LITERAL:
        body = f'<pre style="margin: 0; white-space: pre-wrap">{escape(value)}</pre>'
    elif name == "look at" and link:
        body = f'<a href="{escape(link)}">{to_html(value)}</a>'
    else:
        body = to_html(value)
    return f'<dt style="{_NAME}">{escape(name)}</dt><dd style="{_VALUE}">{body}</dd>'
