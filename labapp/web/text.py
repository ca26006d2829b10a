"""Plain text, which Flask would otherwise announce as HTML."""

from __future__ import annotations

from flask import Response


class Text(Response):
    """An answer in plain text."""

    default_mimetype = "text/plain"
