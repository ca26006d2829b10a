"""A report as a page that needs no other file, in the theme of whoever reads it."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from labapp.examine.picture import bars
from labapp.views import MONO, SANS, follow, style_sheet
from labapp.views.load import steps_bundle

if TYPE_CHECKING:
    from labapp.examine.words import Said
    from labapp.load import Steps

_ROOT = ".labapp-report"
_HEADINGS = {
    "advice": "The command line",
    "paths": "Paths",
    "knees": "How much is too much",
    "sizes": "Workers and threads that were tried",
    "memory": "Memory",
    "reload": "What a reload costs",
    "errors": "Errors, and their causes",
    "timeouts": "The budget of timeouts",
    "not measured": "Not measured",
}
_RULES = f"""
html {{ color-scheme: light dark; }}
body {{ margin: 0; }}
{_ROOT} {{ background: var(--paper); color: var(--ink); font: 16px/1.5 {SANS}; min-height: 100vh; }}
{_ROOT} main {{ max-width: 48rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; overflow-wrap: anywhere; }}
{_ROOT} h1 {{ font-size: 1.4rem; }}
{_ROOT} h2 {{ font-size: 1.1rem; margin-top: 2rem; }}
{_ROOT} .soft {{ color: var(--soft); }}
{_ROOT} code, {_ROOT} pre {{ font-family: {MONO}; white-space: pre-wrap; }}
{_ROOT} pre {{ background: var(--card); border: 1px solid var(--line); padding: .7rem 1rem; }}
{_ROOT} figure {{ margin: 1rem 0; }}
{_ROOT} svg {{ max-width: 100%; height: auto; }}
"""


def page(said: Said) -> str:
    """Return the page."""
    title = f"Capacity report: {said.figures.command}"
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            '<head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title>",
            f"<style>{style_sheet(_RULES, _ROOT)}</style></head>",
            f'<body><div class="{_ROOT[1:]}"><main>',
            f"<h1>{escape(title)}</h1>",
            f'<p class="soft">{escape(said.circumstances[:1].upper() + said.circumstances[1:])}.</p>',
            *_sections(said),
            "</main></div></body></html>\n",
        ]
    )


def _sections(said: Said) -> Iterator[str]:
    for heading, lines in said.sections:
        yield f"<h2>{_HEADINGS[heading]}</h2>"
        if heading == "advice":
            yield f"<pre><code>{escape(lines[0])}</code></pre>"
            yield from (f"<p>{escape(line)}</p>" for line in lines[1:])
        elif heading == "sizes":
            yield f"<figure>{follow(bars(said))}</figure>" if bars(said) else ""
            yield "<ul>" + "".join(f"<li>{escape(' '.join(line.split()))}</li>" for line in lines) + "</ul>"
        else:
            yield "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"
        if heading == "knees":
            yield from _figures(said)


def _figures(said: Said) -> Iterator[str]:
    for path, steps in said.figures.knees.items():
        yield _figure(f"{path}, the command as given", steps)
        if path in said.figures.advised:
            yield _figure(f"{path}, the command as advised", said.figures.advised[path])


def _figure(caption: str, steps: Steps) -> str:
    picture = follow(steps_bundle(steps)["image/svg+xml"])
    return f'<figure>{picture}<figcaption class="soft">{escape(caption)}</figcaption></figure>'
