"""Lines of words that fit into a picture, which cannot break them by itself."""

from __future__ import annotations

from collections.abc import Sequence

LETTER, BOLD = 0.6, 0.67  # of the size: how wide a letter is in wide types, on average


def wrapped(
    pieces: Sequence[str], size: float, room: float, *, between: str = " ", bold: bool = False
) -> list[str]:
    """Return the pieces in as few lines as have room for them; no piece is broken."""
    most = room / (size * (BOLD if bold else LETTER))
    lines: list[str] = []
    for piece in pieces:
        if lines and len(lines[-1]) + len(between) + len(piece) <= most:
            lines[-1] += between + piece
        else:
            lines.append(piece)
    return lines
