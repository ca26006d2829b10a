"""What is behind Nginx's words, where only the learner's own text can tell: each cause that people meet."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from labapp.servers.kinds.nginx.configuration import Directive, directives, unbalanced, words
from labapp.servers.kinds.nginx.refusals.certificates import unusable
from labapp.servers.kinds.nginx.refusals.names import misplaced, nearest, unknown
from labapp.servers.kinds.nginx.refusals.refusal import Refusal
from labapp.servers.kinds.nginx.refusals.vocabulary import (
    INVISIBLE,
    KNOWN,
    MEASURES,
    QUOTES,
)

_REGEX = re.compile(
    r"""(?:location\s+~\*?|rewrite|if\s*\(\s*\S+\s+!?~\*?)\s+(?P<regex>[^\s"'][^\s"']*\{\d+(?:,\d*)?\}[^\s;{]*)"""
)


def find_cause(what: str, text: str, line: int) -> Refusal | None:
    """Return what a message about a line of a text (0 if it names none) means, and where; None if unknown."""
    return next(filter(None, (cause(what, text, line) for cause in _CAUSES)), None)


def _characters(_: str, text: str, line: int) -> Refusal | None:
    """Characters that look like others, or like nothing."""
    for word in words(text):
        if word.kind == "quoted" or word.line != line:
            continue
        for column, sign in enumerate(word.text, word.column):
            if sign in INVISIBLE:
                name, advice = INVISIBLE[sign]
                summary = f"There is {name} (U+{ord(sign):04X}), which Nginx takes for a letter"
                return Refusal(summary, advice, line=line, column=column)
            if sign in QUOTES:
                summary = f"{sign} (U+{ord(sign):04X}) is no quote to Nginx"
                return Refusal(summary, f"write {QUOTES[sign]} in its place.", line=line, column=column)
    return None


def _braces(_: str, text: str, line: int) -> Refusal | None:
    """A brace in a regular expression."""
    for number, row in enumerate(text.splitlines()[: line or None], 1):
        if found := _REGEX.search(row):
            regex = found["regex"]
            return Refusal(
                f"The brace in the regular expression {regex} begins a block for Nginx",
                f'put the expression in quotes: "{regex}"',
                line=number,
                column=found.start("regex") + 1,
            )
    return None


def _comments(_: str, text: str, line: int) -> Refusal | None:
    """Comments of other languages."""
    for number, row in enumerate(text.splitlines()[: line or None], 1):
        if found := re.match(r"\s*(//|/\*|--|<!--)", row):
            return Refusal(
                f"{found[1]} begins no comment in Nginx",
                "a comment begins with # and ends with its line.",
                line=number,
                column=found.start(1) + 1,
            )
    return None


def _semicolons(what: str, text: str, line: int) -> Refusal | None:
    """A semicolon that is missing at the end of a line, so that the next directive becomes an argument."""
    if not re.match(r'invalid (number of arguments|parameter|value)|directive "', what):
        return None
    for one in directives(text):
        for before, word in pairwise(one.words):
            ends = before.line < word.line and before.line <= line <= one.words[-1].line
            if ends and word.kind == "plain" and word.text in KNOWN:
                return Refusal(
                    f"A semicolon is missing after {before.text}: {word.text} becomes one more word of "
                    f"{one.name!r}",
                    "put a ; at the end of that line.",
                    line=before.line,
                    column=before.column + len(before.text),
                )
    return None


def _balance(what: str, text: str, _: int) -> Refusal | None:
    """What opens and never closes: Nginx stumbles at its end, and that may be far below."""
    if not re.match(r'unexpected (?:end of file|"}")|too long parameter', what):
        return None
    if not (culprit := unbalanced(text)):
        return None
    word, problem = culprit
    return Refusal(
        f"The configuration is not balanced: {problem}",
        "count what opens and what closes.",
        line=word.line,
        column=word.column,
    )


def _uris(what: str, text: str, line: int) -> Refusal | None:
    """A path in `proxy_pass` where Nginx cannot tell which part it stands for."""
    if not re.match(r'"\w+" cannot have URI part', what):
        return None
    one = next(nearest(text, line, what.split('"')[1]), None)
    if one is None:
        return None
    address = one.arguments[0] if one.arguments else ""
    bare = re.sub(r"^(\w+://[^/]+)/.*", r"\1", address)
    inside = one.inside[-1] if one.inside else ""
    place = {
        "if": "inside an if",
        "limit_except": "inside limit_except",
    }.get(inside, "in a location that has a name, or is given by a regular expression")
    return Refusal(
        f"{one.name} names a path, and stands {place}: Nginx cannot tell what the path replaces",
        f"leave the path out: {one.name} {bare}; a rewrite before it changes the path that is asked for.",
        line=one.words[-1].line,
        column=one.words[-1].column,
    )


def _duplicates(what: str, text: str, line: int) -> Refusal | None:
    """The second of two that may stand only once: the first is shown too."""
    patterns = (
        (r'duplicate (location|upstream) "([^"]+)"', "The {0} {1} stands twice"),
        (r"a duplicate (default server) for (\S+)", "There are two default servers for {1}"),
        (r"a duplicate (listen) (\S+)", "One server listens twice at {1}"),
        (r'"([^"]+)" (directive) is duplicate', "The directive {0!r} stands twice in one block"),
    )
    for pattern, summary in patterns:
        if found := re.match(pattern, what):
            kind, name = found.groups()
            alike = list(_alike(kind, name, text))
            here = [one.words[0] for one in alike if one.words[0].line <= line] if line else []
            spot = here[-1] if here else None
            return Refusal(
                summary.format(kind, name),
                "keep one of them.",
                line=spot.line if spot else line,
                column=spot.column if spot else 0,
                first=here[-2].line if len(here) > 1 else 0,
            )
    return None


def _alike(kind: str, name: str, text: str) -> Iterator[Directive]:
    """Yield the directives that a message about two of them may mean."""
    for one in directives(text):
        if kind in ("location", "upstream"):
            fits = one.name == kind and "".join(one.arguments[-1:]).lstrip("=~*^") == name
        elif kind == "default server":
            fits = (
                one.name == "listen" and one.arguments[:1] == [name] and "default" in " ".join(one.arguments)
            )
        elif kind == "listen":
            fits = one.name == "listen" and one.arguments[:1] == [name]
        else:
            fits = one.name == kind
        if fits:
            yield one


def _values(what: str, text: str, line: int) -> Refusal | None:
    """A value that a directive does not take."""
    if found := re.match(r'invalid value "([^"]*)" in "([^"]+)" directive, it must be (.+)$', what):
        value, name, choice = found.groups()
        return Refusal(f"{name} does not take {value!r}", f"it must be {choice}.", token=value)
    if found := re.match(r'"([^"]+)" directive invalid value', what):
        name = found[1]
        one = next(nearest(text, line, name), None)
        value = " ".join(one.arguments) if one else ""
        right = (
            MEASURES["time"] if re.search(r"time|expires|interval|valid|delay", name) else MEASURES["size"]
        )
        return Refusal(f"{name} does not take {value!r}", right, token=value or name)
    if re.match("invalid URL prefix", what):
        one = next(nearest(text, line, "proxy_pass"), None)
        value = one.arguments[0] if one and one.arguments else ""
        return Refusal(
            f"{value!r} is no URL: it does not say by which protocol", f"write http://{value}", token=value
        )
    return None


_CAUSES: tuple[Callable[[str, str, int], Refusal | None], ...] = (
    _characters,
    _comments,
    _braces,
    _balance,
    unusable,
    _uris,
    _duplicates,
    _semicolons,
    misplaced,
    unknown,
    _values,
)
