"""The learner's part: a Jinja2 template, the addresses it listens on, and which line came from where."""

import re
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from textwrap import dedent
from typing import Any

import jinja2
import jinja2.meta

from labapp.servers.errors import LaunchError
from labapp.servers.kinds.nginx.configuration.excerpts import column_of, excerpt
from labapp.servers.kinds.nginx.configuration.source import UNNAMED, read_source
from labapp.servers.kinds.nginx.configuration.syntax import in_quotes
from labapp.servers.server import Server

NAME = "<configuration>"
# The names that stand for a free address of the lab's choice; the same name for the same address.
LISTEN = re.compile(r"listen(?:\d+|_\w+)?")
_MARK = re.compile("\ue000(\\d+)\ue001")
_BEGINS = ("variable_begin", "block_begin")
# What would end a word, where it stands in a path: until the words are known, a mark in its place.
_MARKS = {chr(0xE100 + number): sign for number, sign in enumerate(" \t;{}#")}
_MARKED = str.maketrans({sign: mark for mark, sign in _MARKS.items()})


def _written(value: Any) -> Any:
    """Return a value as a configuration takes it: a server is its address, a path whole and one word."""
    if isinstance(value, Server):
        return value.address
    if isinstance(value, str) and value.startswith("/"):
        with suppress(OSError):  # Too long for a path: it is none.
            value = Path(value) if Path(value).exists() else value
    return str(value.absolute()).translate(_MARKED) if isinstance(value, Path) else value


_ENVIRONMENT = jinja2.Environment(
    undefined=jinja2.StrictUndefined,
    finalize=_written,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    autoescape=False,  # It writes no HTML.
)


@dataclass(frozen=True, slots=True)
class Filled:
    """What a template became, and for each line of it the line of the template, from 1."""

    source: str
    text: str
    lines: tuple[int, ...]
    title: str = UNNAMED

    def origin(self, line: int) -> int:
        """Return the line of the template that line `line` came from."""
        return self.lines[min(max(line, 1), len(self.lines)) - 1] if self.lines else 1


class Template:
    """One configuration as its author typed it."""

    def __init__(self, source: str | Path) -> None:
        text, self.title = read_source(source)
        self.source = dedent(text).lstrip("\n").rstrip() + "\n"

    @property
    def listens(self) -> list[str]:
        """The names in it that ask for a free address, `listen` first."""
        asked = jinja2.meta.find_undeclared_variables(self._parsed())
        return sorted(filter(LISTEN.fullmatch, asked), key=lambda name: (len(name), name))

    def lacks(self, names: Iterable[str]) -> set[str]:
        """Return those of some names that it does not mention."""
        return set(names) - jinja2.meta.find_undeclared_variables(self._parsed())

    def fill(self, names: Mapping[str, object]) -> Filled:
        """Fill in the names; `LaunchError` shows where one is missing, or where it is no template."""
        self._parsed()
        try:
            text = _ENVIRONMENT.from_string(self.source).render(names)
            marked = _ENVIRONMENT.from_string(self._marked()).render(names)
        except jinja2.UndefinedError as error:
            raise self._undefined(error, names) from None
        except Exception as error:
            line = _line(error) or 1
            what = f"{type(error).__name__}: {error}".rstrip(".")
            raise self._error(f"The template fails: {what}", line, "", "correct that line.") from None
        lines = tuple(_origins(marked))
        if _MARK.sub("", marked) != text:  # It looks at its own text, and saw the marks.
            lines = tuple(range(1, text.count("\n") + 2))
        text = in_quotes(_with_colons(text, names), _MARKS)
        return Filled(self.source, text, lines, self.title)

    def _parsed(self) -> jinja2.nodes.Template:
        try:
            return _ENVIRONMENT.parse(self.source, NAME, NAME)
        except jinja2.TemplateSyntaxError as error:
            what = (error.message or "it cannot be read").rstrip(".")
            advice = "between {{ }} stands a name, between {% %} a statement of Jinja."
            raise self._error(f"The template is no valid Jinja: {what}", error.lineno, "", advice) from None

    def _marked(self) -> str:
        """Return the template with its line numbers in it, where they do not change what it says."""
        pieces: list[str] = []
        fresh = True
        for number, kind, value in _ENVIRONMENT.lex(self.source):
            if kind in _BEGINS and fresh and not value.endswith(("-", "+")):
                fresh = False
                if kind == "variable_begin":
                    pieces.append(f"\ue000{number}\ue001")
            if kind != "data":
                pieces.append(value)
                fresh = fresh or value.endswith("\n")  # A statement takes the end of its line with it.
                continue
            for offset, piece in enumerate(value.split("\n")):
                if offset:
                    pieces.append("\n")
                    fresh = True
                if fresh and (word := piece.strip()):
                    head, _, tail = piece.partition(word)
                    piece = f"{head}\ue000{number + offset}\ue001{word}{tail}"  # noqa: PLW2901
                    fresh = False
                pieces.append(piece)
        return "".join(pieces)

    def _undefined(self, error: jinja2.UndefinedError, names: Mapping[str, object]) -> LaunchError:
        message = str(error)
        line = _line(error) or 1
        if unknown := re.fullmatch(r"'(\w+)' is undefined", message):
            name = unknown[1]
            close = get_close_matches(name, {*names, "listen", "here"}, n=1)
            hint = f"did you mean {{{{ {close[0]} }}}}? Else pass" if close else "pass"
            return self._error(
                f"The configuration mentions {name!r}, and nothing of that name was given",
                line,
                name,
                f"{hint} it along: lab.nginx(config, {name}=...).",
            )
        if missing := re.fullmatch(r"(?s)'.+' has no attribute '(\w+)'", message):
            attribute = missing[1]
            known = [one for value in names.values() for one in dir(value) if not one.startswith("_")]
            close = get_close_matches(attribute, known, n=1)
            advice = f"did you mean {close[0]}?" if close else "a server has an .address."
            return self._error(f"There is no attribute {attribute!r}", line, attribute, advice)
        return self._error(f"The template fails: {message.rstrip('.')}", line, "", "correct that line.")

    def _error(self, what: str, line: int, token: str, advice: str) -> LaunchError:
        text = self.source.splitlines()[line - 1 : line]
        column = column_of(text[0] if text else "", token)
        return LaunchError(
            f"{what} (line {line} of {self.title}).",
            advice,
            excerpt=excerpt(self.source, line, column),
        )


def _line(error: BaseException) -> int | None:
    """Return the line of the template where an exception was raised, as Jinja tells it."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno for frame in reversed(frames) if frame.filename == "<template>"), None)


def _origins(marked: str) -> Iterator[int]:
    last = 0
    for line in marked.split("\n"):
        found = _MARK.search(line)
        last = int(found[1]) if found else last + 1
        yield last


def _addresses(value: object) -> Iterator[str]:
    """Yield the unix sockets among what was given."""
    if isinstance(value, Server) and value.address.startswith("unix:"):
        yield value.address
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _addresses(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _addresses(one)


def _with_colons(text: str, names: Mapping[str, object]) -> str:
    """Put a colon between a unix socket and the URI that follows it, as `proxy_pass` wants it."""
    for address in _addresses(names):
        text = text.replace(f"://{address}/", f"://{address}:/")
    return text
