"""What a learner gives as a configuration: its text, or a file that holds it."""

import codecs
import re
from difflib import get_close_matches
from pathlib import Path

from labapp.servers.errors import LaunchError

UNNAMED = "the configuration"
_PATH = re.compile(r"[^\s;{}#]+")  # No configuration is one word.
_MARKS = {codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"}


def read_source(source: str | Path) -> tuple[str, str]:
    """Return the text of a configuration, and what to call it: a string of one word is the path of a file."""
    if isinstance(source, Path):
        return _text(source), source.name
    if not _PATH.fullmatch(source.strip()):
        return _written(source), UNNAMED
    path = Path(source.strip()).expanduser()
    if path.exists():
        return _text(path), path.name
    close = get_close_matches(path.name, _names(path.parent), n=2)
    advice = f"did you mean {' or '.join(close)}?" if close else "correct the path, or write the text itself."
    where = path.parent.absolute()
    raise LaunchError(f"{source.strip()!r} is no configuration, and no file in {where}.", advice)


def _written(text: str) -> str:
    """Return a text that can be written to a file; `LaunchError` shows the line that cannot."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise LaunchError(
            f"Line {line} of the configuration has a character that is none: {text[error.start]!r}.",
            "read the file that it came from in its own encoding: path.read_text(encoding=...).",
        ) from None
    return text


def _names(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir()] if folder.is_dir() else []


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise LaunchError(
            f"The configuration {str(path)!r} cannot be read: {error.strerror}.", "correct the path."
        ) from None
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        marked = next((name for mark, name in _MARKS.items() if data.startswith(mark)), "")
        what = f"it is {marked}" if marked else f"line {line} has the byte 0x{data[error.start]:02X}"
        raise LaunchError(
            f"The configuration {str(path)!r} is not written in UTF-8: {what}.",
            "save it anew in UTF-8, or read it yourself: "
            f'lab.nginx(path.read_text(encoding="{marked.lower() or "latin-1"}")).',
        ) from None
