"""A little Markdown, for the sentences that authors write into hints, outcomes and quizzes."""

from __future__ import annotations

import html
import re

_SPAN = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*")
_TAGS = ("code", "strong", "em")


def to_html(text: str) -> str:
    """Return HTML for a sentence with `code`, *emphasis* and **strong** spans; all else is literal."""
    parts, end = [], 0
    for found in _SPAN.finditer(text):
        parts.append(html.escape(text[end : found.start()]))
        tag, inner = next((tag, part) for tag, part in zip(_TAGS, found.groups(), strict=True) if part)
        parts.append(f"<{tag}>{html.escape(inner)}</{tag}>")
        end = found.end()
    return "".join(parts) + html.escape(text[end:])


def to_text(text: str) -> str:
    """Return a sentence for a terminal: emphasis marks dropped, backquotes kept."""
    return re.sub(r"(`[^`]+`)|\*\*?([^*]+)\*\*?", lambda found: found[1] or found[2], text)
