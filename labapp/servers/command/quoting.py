"""What a shell would read of a command line: quotes, backslashes, comments, lines that go on."""

import os
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

from labapp.servers.errors import LaunchError

BLANKS = " \t\n"


def interpreted(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield place, character and quote of all that means something to a shell.

    Passed over are single quotes with what is in them, what follows a backslash, and comments.
    """
    quote, place = "", 0
    while place < len(text):
        char = text[place]
        if char == "\\" and quote != "'":
            place += 1
        elif char in "'\"" and quote in ("", char):
            quote = "" if quote else char
        elif char == "#" and not quote and text[place - 1 : place] in ("", *BLANKS):
            place = _end_of_line(text, place) - 1
        elif quote != "'":
            yield place, char, quote
        place += 1


def one_line(text: str) -> str:
    """Return a command line without comments, its lines joined, one blank between its words."""
    kept, quote, place = "", "", 0
    while place < len(text):
        char, width = text[place], 1
        if char == "\\" and quote != "'":
            width = 2
            kept += "" if text[place + 1 : place + 2] == "\n" else text[place : place + 2]
        elif char == "#" and not quote and kept[-1:] in ("", " "):
            width = _end_of_line(text, place) - place
        elif char in BLANKS and not quote:
            kept += "" if kept[-1:] in ("", " ") else " "
        else:
            kept += char
            if char in "'\"" and quote in ("", char):
                quote = "" if quote else char
        place += width
    return kept.rstrip(" ")


def split(text: str) -> list[str]:
    """Return the words of a command line as a shell reads them; `LaunchError` if it is not complete."""
    whole = one_line(text)
    try:
        return shlex.split(whole)
    except ValueError:
        if whole.endswith("\\"):
            raise LaunchError(
                "The command ends with a backslash, after which another line would come.",
                "write that line too, or leave out the backslash.",
            ) from None
        raise LaunchError(
            "A quote in the command is opened and never closed.",
            'write each quote twice, around the whole word: "labapp:create_app()".',
        ) from None


def call(
    command: str, *, cwd: str = "", env: Mapping[str, str] | None = None, formatted: bool = False
) -> str:
    """Return the call that launches a command, as one writes it; `formatted` puts an f before the string."""
    where = f", cwd={_literal(cwd)}" if cwd else ""
    pairs = ", ".join(f"{_literal(name)}: {_literal(value)}" for name, value in (env or {}).items())
    given = f", env={{{pairs}}}" if pairs else ""
    return f"lab.launch({'f' if formatted else ''}{_literal(one_line(command))}{where}{given})"


def shown_folder(folder: Path) -> str:
    """Return a folder as one writes it here: from the working directory, if that is not far off."""
    near = os.path.relpath(folder)
    return str(folder) if near.startswith("../../..") else near


def _literal(text: str) -> str:
    return repr(text) if set('"\\\n') & set(text) else f'"{text}"'


def _end_of_line(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end
