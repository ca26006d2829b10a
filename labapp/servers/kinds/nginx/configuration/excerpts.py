"""Some lines of a text, the one that matters marked by a caret."""

import re

AROUND = 1  # Lines shown before the one that matters.


def column_of(line: str, token: str) -> int:
    """Return the column, from 1, where a token stands in a line; that of its first word if it does not."""
    if token and (found := re.search(rf"(?<![\w.-]){re.escape(token)}(?![\w-])", line)):
        return found.start() + 1
    if token and token in line:
        return line.index(token) + 1
    return len(line) - len(line.lstrip()) + 1


def excerpt(text: str, line: int, column: int) -> tuple[str, ...]:
    """Return the line and what stands before it, each with its number, and a caret below the column."""
    lines = text.splitlines() or [""]
    line = min(max(line, 1), len(lines))
    width = len(str(line))
    shown = [
        f"{number:>{width}} | {lines[number - 1]}".rstrip()
        for number in range(max(1, line - AROUND), line + 1)
    ]
    # Tabs stay tabs, so that the caret stands where the eye expects it.
    before = re.sub(r"[^\t]", " ", lines[line - 1][: column - 1])
    return (*shown, f"{'':>{width}} | {before}^")
