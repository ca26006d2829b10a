"""The elements of an SVG picture as text: their attributes, their words, their numbers.

Only presentation attributes: no style sheet (it would leak into the page around it), no identifiers (two
pictures on a page would share them), no script.
"""

from __future__ import annotations

import re
from html import escape

from labapp.views.theme import MONO

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text(
    x: float,
    y: float,
    words: str,
    size: float,
    colour: str,
    *,
    anchor: str = "start",
    mono: bool = False,
    bold: bool = False,
    halo: str = "",
) -> str:
    """Write words on a baseline; `halo` is the colour of a seam that sets them off from what is behind.

    A character that no picture may hold is shown as one that is missing.
    """
    look: dict[str, str | float] = {"text_anchor": anchor} if anchor != "start" else {}
    look |= {"xml:space": "preserve"} if "  " in words else {}
    look |= {"font_family": MONO} if mono else {}
    look |= {"font_weight": "700"} if bold else {}
    look |= (
        {"stroke": halo, "stroke_width": 4, "stroke_linejoin": "round", "paint_order": "stroke"}
        if halo
        else {}
    )
    shown = escape(_NOT_XML.sub("\ufffd", words))
    return f"{opening('text', x=x, y=y, font_size=size, fill=colour, **look)}{shown}</text>"


def opening(name: str, **attributes: str | float) -> str:
    """Write an opening tag; an underscore in an attribute's name stands for a hyphen."""
    written = "".join(
        f' {key.replace("_", "-")}="{escape(value) if isinstance(value, str) else number(value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{written}>"


def leaf(name: str, **attributes: str | float) -> str:
    """Write an element without content."""
    return f"{opening(name, **attributes)[:-1]}/>"


def number(value: float) -> str:
    """Write a number without a needless fraction."""
    return f"{value:.1f}".rstrip("0").rstrip(".")
