"""Why Nginx cannot use a certificate or its key: what the file holds instead."""

import re
from itertools import islice
from pathlib import Path

from labapp.servers.kinds.nginx.configuration import directives
from labapp.servers.kinds.nginx.refusals.refusal import Refusal

_WORDS = re.compile(r'cannot load certificate(?P<key> key)? "(?P<path>[^"]+)": (?P<why>.*)')
_MISMATCH = re.compile(r'SSL_CTX_use_PrivateKey\("([^"]+)"\) failed .*key values mismatch')
_HEADER = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----")
_LINES = 200  # Of a file: its header may have text before it.


def unusable(what: str, text: str, _: int) -> Refusal | None:
    """Return why a certificate or its key cannot be used, and which line names it."""
    if found := _MISMATCH.match(what):
        return _refused(
            text,
            "ssl_certificate_key",
            found[1],
            "The key {0!r} does not belong to the certificate",
            "name the key that was made with it; in a chain, the server's own certificate comes first.",
        )
    if not (found := _WORDS.match(what)):
        return None
    path, why = found["path"], found["why"]
    name = "ssl_certificate_key" if found["key"] else "ssl_certificate"
    thing = "private key" if found["key"] else "certificate"
    if "No such file" in why:
        summary = f"There is no file {{0!r}} for {name}"
        advice = "give the whole path: a Path passed as a name is written out whole."
    elif "Permission denied" in why:
        summary, advice = "You may not read {0!r}", "have it made readable for you: ls -l shows who may."
    elif "get passphrase" in why or "getting password" in why or "bad password read" in why:
        summary = "The key {0!r} has a passphrase, and nobody is there to type it"
        advice = f"write it without one, openssl pkey -in {Path(path).name} -out plain.key, and name that."
    else:
        summary = f"{{0!r}} holds no {thing}{_instead(Path(path))}"
        advice = f"name the file in PEM format that begins with -----BEGIN {thing.upper()}-----."
    return _refused(text, name, path, summary, advice)


def _refused(text: str, name: str, path: str, summary: str, advice: str) -> Refusal:
    stated = [one for one in directives(text) if one.name == name and one.arguments]
    named = (one for one in stated if Path(path).name == Path(one.arguments[0]).name)
    spot = next(named, None)
    return Refusal(
        summary.format(path),
        advice,
        line=spot.words[1].line if spot else 0,
        column=spot.words[1].column if spot else 0,
    )


def _instead(path: Path) -> str:
    """Say what a file holds instead."""
    try:
        with path.open(errors="replace") as file:
            found = next(filter(None, map(_HEADER.search, islice(file, _LINES))), None)
    except OSError:
        return ""
    return f": it holds a {found[1].lower()}" if found else ": it is not in PEM format"
