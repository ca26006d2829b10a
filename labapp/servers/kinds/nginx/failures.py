"""Why Nginx refuses a configuration: its own message, in a sentence, with the place in the learner's text."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from labapp.servers.diagnosis import Diagnosis, socket_owner
from labapp.servers.errors import LaunchError
from labapp.servers.kinds.nginx.configuration import (
    Filled,
    Listen,
    NginxConf,
    column_of,
    excerpt,
    listens,
    unbalanced,
)
from labapp.servers.kinds.nginx.messages import KNOWN, LEAVE_OUT, OURS, PLAIN

_MESSAGE = re.compile(
    r"^(?:nginx: |[\d/]+ [\d:]+ )\[(?:emerg|alert|crit|error)\] (?:\d+#\d+: )?(?P<what>.*?)"
    r"(?: in (?P<file>/\S+):(?P<line>\d+))?$",
    re.MULTILINE,
)
IN_USE = re.compile(r"bind\(\) to (\S+) failed \((?:98|48): ")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refused configuration: Nginx's own words, what they mean, what to try, and where."""

    words: str
    summary: str
    advice: str
    line: int = 0
    token: str = ""
    column: int = 0


def refused(output: str, conf: NginxConf, command: str) -> LaunchError:
    """Return the error for what Nginx wrote about a configuration."""
    return error_of(_explain(output, conf), conf, command)


def error_of(refusal: Refusal, conf: NginxConf, command: str) -> LaunchError:
    """Return the error that shows a refusal in the learner's text."""
    shown: tuple[str, ...] = ()
    where = ""
    if refusal.line:
        where, shown = _shown(refusal, conf.filled)
    return LaunchError(
        f"{refusal.summary.rstrip('.')}{where}.",
        refusal.advice,
        command=command,
        excerpt=shown,
        log_tail=refusal.words.splitlines(),
    )


def _shown(refusal: Refusal, filled: Filled) -> tuple[str, tuple[str, ...]]:
    """Return where a refusal belongs: in the text as typed, if its token stands there, else as filled in."""
    number = filled.origin(refusal.line)
    typed, line = (
        text.splitlines()[at - 1] for text, at in ((filled.source, number), (filled.text, refusal.line))
    )
    column = refusal.column or column_of(line, refusal.token)
    if typed == line:
        return f" (line {number} of the configuration)", excerpt(filled.source, number, column)
    if refusal.token and refusal.token in typed:
        at = column_of(typed, refusal.token)
        return f" (line {number} of the configuration)", excerpt(filled.source, number, at)
    return f" (line {number} of the configuration, filled in)", excerpt(filled.text, refusal.line, column)


def diagnosis(log: str, conf: NginxConf) -> Diagnosis | None:
    """Return what Nginx says in the log of a launch that failed, and what to try; None if it says nothing."""
    if not _MESSAGE.search(log):
        return None
    refusal = _explain(log, conf)
    return Diagnosis(f"{refusal.summary.rstrip('.')}.", refusal.advice)


def given_up(lines: Sequence[str]) -> str:
    """Return the line that says why a reload did not take place; nothing while there is none."""
    fatal = [line for line in lines if "[emerg]" in line]
    # A place that is taken is tried five times, half a second apart.
    over = any("still could not bind" in line or not IN_USE.search(line) for line in fatal)
    return fatal[0] if over else ""


def exposed(found: Listen, conf: NginxConf, command: str) -> LaunchError:
    """Return the error for a place that other machines could reach."""
    how = "" if found.stated else ", because a server block without `listen` does"
    refusal = Refusal(
        "",
        f"Nginx would listen at {found.address}, where other machines can reach it{how}",
        "write listen {{ listen }}; and the lab finds a free loopback address, or listen 127.0.0.1:PORT. "
        "If you mean it, say so: lab.nginx(..., exposed=True).",
        found.word.line,
        column=found.word.column,
    )
    return error_of(refusal, conf, command)


def taken(found: Listen, conf: NginxConf, command: str) -> LaunchError:
    """Return the error for a place where somebody listens already."""
    return error_of(_taken(found.address, found.word.line, found.word.column), conf, command)


def _taken(address: str, line: int, column: int) -> Refusal:
    if address.startswith("unix:"):
        path = address.removeprefix("unix:")
        summary = f"{address} is taken: there is something at that path"
        advice = f"stop the server that listens there; if none does, remove what one left: rm {path}"
    else:
        summary = f"{address} is taken: {socket_owner(address)} listens there"
        advice = (
            "write listen {{ listen }}; and the lab finds a free address, or stop who holds this one first."
        )
    return Refusal("", summary, advice, line, column=column)


def _explain(output: str, conf: NginxConf) -> Refusal:
    found = _MESSAGE.search(output)
    if not found:
        return Refusal(output.strip(), "Nginx refuses the configuration", "read its words, below.")
    what, words = found["what"], found[0]
    own = found["file"] is not None and found["file"].endswith(("/nginx.conf", "/nginx.conf.new"))
    line = int(found["line"]) - conf.first + 1 if own else 0
    if bound := re.search(r"bind\(\) to (\S+) failed \((\d+): ([^)]+)\)", what):
        return _unbound(bound, words, conf)
    if not 1 <= line <= len(conf.filled.text.splitlines()):
        line = 0
    # What Nginx stumbles over at our end, or over our end, began in the learner's part.
    if re.match(r'unexpected (?:end of file|"}")|too long parameter', what) and (
        culprit := unbalanced(conf.filled.text)
    ):
        word, problem = culprit
        return Refusal(
            words,
            f"The configuration is not balanced: {problem}",
            "count what opens and what closes.",
            word.line,
            column=word.column,
        )
    return _located(_meaning(what, words), line, conf)


def _meaning(what: str, words: str) -> Refusal:
    """Return what a message means; of the place, only the word to look for."""
    if unknown := re.match(r'unknown directive "([^"]*)"', what):
        close = difflib.get_close_matches(unknown[1], KNOWN.split(), n=1)
        advice = f"did you mean {close[0]}?" if close else "is a semicolon missing before it?"
        return Refusal(words, f"Nginx knows no directive {unknown[1]!r}", advice, token=unknown[1])
    for pattern, summary, advice in PLAIN:
        if match := re.search(pattern, what):
            token = next(filter(None, match.groups()))
            hint = LEAVE_OUT if token in OURS else advice
            return Refusal(words, summary.format(token), hint.format(token), token=token)
    token = quoted[1] if (quoted := re.search(r'"([^"]+)"', what)) else ""
    return Refusal(words, f"Nginx refuses the configuration: {what}", "correct that.", token=token)


def _located(refusal: Refusal, line: int, conf: NginxConf) -> Refusal:
    """Put the caret at the token: Nginx names the line where it gave up, and the token may stand before."""
    lines = conf.filled.text.splitlines()
    token = re.compile(rf"(?<![\w.-]){re.escape(refusal.token)}(?![\w-])")
    before = range(line, 0, -1) if line else range(1, len(lines) + 1)
    found = (number for number in before if refusal.token and token.search(lines[number - 1]))
    return replace(refusal, line=next(found, line))


def _unbound(bound: re.Match[str], words: str, conf: NginxConf) -> Refusal:
    address, number, why = bound.groups()
    spot = next((one for one in listens(conf.filled.text) if one.address == address), None)
    line, column = (spot.word.line, spot.word.column) if spot else (0, 0)
    if number in ("98", "48"):
        refusal = _taken(address, line, column)
        return Refusal(words, refusal.summary, refusal.advice, line, column=column)
    if number in ("99", "97", "49", "47"):
        if address.startswith("["):
            summary = f"This machine has no IPv6 address {address.rpartition(':')[0]} to listen at"
            advice = "listen at an IPv4 address, or have IPv6 switched on: `ip -6 address show lo` shows it."
        else:
            summary = f"{address} is no address of this machine"
            advice = "write listen {{ listen }}; and the lab finds a free address."
        return Refusal(words, summary, advice, line, column=column)
    if number == "13":
        advice = "choose a port from 1024 on, or write listen {{ listen }};"
        return Refusal(
            words, f"Only root may listen at {address}, below port 1024", advice, line, column=column
        )
    return Refusal(words, f"Nginx cannot listen at {address}: {why}", "choose another.", line, column=column)
