"""A name that is no directive, or not of this Nginx, or not of this place."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import replace

from labapp.servers.kinds.nginx.configuration import Directive, Listen, directives
from labapp.servers.kinds.nginx.refusals.refusal import Refusal
from labapp.servers.kinds.nginx.refusals.vocabulary import KNOWN, MODULES, OURS, PLACES, REMOVED

_UNKNOWN = re.compile(r'unknown directive "([^"]*)"')
_UNENDED = re.compile(r"(?m)^[^#\n]*\blisten\s[^;{}#\n]*\s*\}")
_DOCUMENTED = "https://nginx.org/en/docs/dirindex.html lists them all."


def unknown(what: str, text: str, line: int) -> Refusal | None:
    """A name that is no directive, or not of this Nginx."""
    if not (found_name := _UNKNOWN.match(what)):
        return None
    name = found_name[1]
    found = _glued(name) or _joined(name, text, line)
    if not found and name in REMOVED:
        found = Refusal(f"The directive {name!r} is no longer one of Nginx", REMOVED[name])
    if not found and name in MODULES:
        found = Refusal(
            f"Nginx knows no directive {name!r}: this one was built without {MODULES[name]}",
            "`nginx -V` lists what it was built with; LABAPP_NGINX=/path/to/nginx names another.",
        )
    if not found:
        close = difflib.get_close_matches(name, KNOWN, n=1)
        advice = f"did you mean {close[0]}?" if close else f"correct the name: {_DOCUMENTED}"
        found = Refusal(f"Nginx knows no directive {name!r}", advice)
    return replace(found, token=name)


def _glued(name: str) -> Refusal | None:
    """A directive that no space divides from what follows: `if(`, `location/`, `root:`."""
    if name.startswith("if("):
        return Refusal("A space is missing between if and its (", f"write if {name[2:]} …")
    apart = re.match(r"([a-z0-9_]+)([^a-z0-9_].*)", name)
    if not apart or apart[1] not in KNOWN:
        return None
    return Refusal(
        f"Nginx knows no directive {name!r}: a space belongs after {apart[1]}",
        f"write {apart[1]} {apart[2].lstrip(':=') or '…'}",
    )


def mistyped_listen(found: Listen, text: str) -> Refusal | None:
    """Return the misspelt `listen` of a server block that seems to have none, or one without its end."""
    if found.stated:
        return None
    if unended := _UNENDED.search(text):
        return Refusal(
            "The brace } comes in the middle of a directive",
            "put a ; at the end of what stands before it.",
            line=text.count("\n", 0, unended.end()) + 1,
            token="}",
        )
    for one in directives(text):
        if one.name not in KNOWN and difflib.get_close_matches(one.name, ["listen"]):
            return Refusal(
                f"Nginx knows no directive {one.name!r}",
                "did you mean listen?",
                line=one.words[0].line,
                token=one.name,
            )
    return None


def _joined(name: str, text: str, line: int) -> Refusal | None:
    """Two words that are one directive: `server name`."""
    for one in nearest(text, line, name):
        if one.arguments and (whole := f"{name}_{one.arguments[0]}") in KNOWN:
            rest = " ".join(word.text for word in one.words[2:])
            summary = f"{name} {one.arguments[0]} is two words, and no directive"
            return Refusal(summary, f"did you mean {whole} {rest};", token=name)
    return None


def misplaced(what: str, text: str, line: int) -> Refusal | None:
    """A directive where it cannot stand."""
    if not (found := re.match(r'"([^"]+)" directive is not allowed here', what)):
        return None
    name = found[1]
    if joined := _joined(name, text, line):
        return joined
    if name in PLACES and name not in OURS:
        return Refusal(
            f"The directive {name!r} is not allowed here", f"it belongs {PLACES[name]}.", token=name
        )
    return None


def nearest(text: str, line: int, name: str) -> Iterator[Directive]:
    """Yield the directives of a name that a line belongs to, the nearest first."""
    found = [one for one in directives(text) if one.name == name and (not line or one.words[0].line <= line)]
    yield from reversed(found)
