"""Typographic characters in a command: what a web page or a word processor made of plain ones."""

import re
import unicodedata
from collections.abc import Sequence

from labapp.servers.command.quoting import BLANKS, interpreted
from labapp.servers.errors import LaunchError

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"
_PLAIN = {
    **dict.fromkeys(_DASHES, "-"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\uff02\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\uff07", "'"),
    **dict.fromkeys("\u00a0\u1680\u202f\u205f\u3000\u2028\u2029", " "),
    **dict.fromkeys(map(chr, range(0x2000, 0x200B)), " "),
    "\uff1a": ":",
    "\uff1d": "=",
}
# Seen by nobody, and meant by nobody, even in quotes.
_INVISIBLE = "\u200b\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e"


def refuse_typography(text: str) -> None:
    """Raise `LaunchError` that names the first character which a keyboard would not have given."""
    read = list(interpreted(text))
    outside = {place for place, _, quote in read if not quote}
    if not _closed(text):  # By a typographic quote, perhaps: then nothing is outside.
        outside = set(range(len(text)))
    places = [
        place
        for place, char in enumerate(text)
        if char in _INVISIBLE or (char in _PLAIN and place in outside)
    ]
    if places:
        raise _found(text, places)


def refuse_typography_in(words: Sequence[str]) -> None:
    """Raise `LaunchError` for such a character in a list of words, where each is taken as it is."""
    for word in words:
        begins = [0] if word[:1] in _PLAIN and word[:1] else []
        if places := [*begins, *(place for place, char in enumerate(word) if char in _INVISIBLE)]:
            raise _found(word, places, f"of the word {word!r}")


def _closed(text: str) -> bool:
    """Whether each plain quote has its second one."""
    quote, escaped = "", False
    for char in text:
        if escaped:
            escaped = False
        elif char == "\\" and quote != "'":
            escaped = True
        elif char in "'\"" and quote in ("", char):
            quote = "" if quote else char
    return not quote


def _found(text: str, places: Sequence[int], where: str = "") -> LaunchError:
    place = places[0]
    char, start = text[place], text.rfind("\n", 0, place) + 1
    line, number = text[start:].partition("\n")[0], text.count("\n", 0, place) + 1
    where = where or (f"of line {number}" if "\n" in text.strip() else "of the command")
    name = unicodedata.name(char, f"U+{ord(char):04X}")
    plain = _plain_form(text, place)
    seen = f"a {name}" if char in _INVISIBLE or plain == " " else f"{char} ({name})"
    meant = {"": ", which nobody sees", " ": ", where a plain blank is meant"}.get(
        plain, f", where a plain {plain} is meant"
    )
    mended = "".join(
        _plain_form(text, at) if at in set(places) else each for at, each in enumerate(text)
    ).strip()
    return LaunchError(
        f"Character {place - start + 1} {where} is {seen}{meant}.",
        f"web pages and word processors put such characters in; write: {mended}",
        excerpt=(line, f"{' ' * (place - start)}^"),
    )


def _plain_form(text: str, place: int) -> str:
    char = text[place]
    begins = text[place - 1 : place] in ("", *BLANKS) or text[place - 1 : place] in _PLAIN
    if char in _DASHES and begins and re.match(r"[A-Za-z][A-Za-z]", text[place + 1 :]):
        return "--"
    return _PLAIN.get(char, "")
