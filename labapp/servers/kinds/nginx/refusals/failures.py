"""Why Nginx refuses a configuration: its own message, in a sentence, with the place in the learner's text."""

import re
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from labapp.servers.diagnosis import Diagnosis, socket_owner
from labapp.servers.errors import LaunchError
from labapp.servers.kinds.nginx.configuration import (
    CONF_NAME,
    NEW_CONF_NAME,
    Listen,
    NginxConf,
    directives,
    included,
    listens,
)
from labapp.servers.kinds.nginx.refusals.causes import find_cause
from labapp.servers.kinds.nginx.refusals.messages import LEAVE_OUT, PLAIN
from labapp.servers.kinds.nginx.refusals.names import mistyped_listen
from labapp.servers.kinds.nginx.refusals.refusal import Refusal, error_of, read_file
from labapp.servers.kinds.nginx.refusals.vocabulary import OURS

_MESSAGE = re.compile(
    r"^(?:nginx: |[\d/]+ [\d:]+ )\[(?:emerg|alert|crit|error)\] (?:\d+#\d+: )?(?P<what>.*?)"
    r"(?: in (?P<file>/\S+):(?P<line>\d+))?$",
    re.MULTILINE,
)
IN_USE = re.compile(r"bind\(\) to (\S+) failed \((?:98|48): ")


def refused(output: str, conf: NginxConf, command: str) -> LaunchError:
    """Return the error for what Nginx wrote about a configuration."""
    return error_of(_explain(output, conf), conf, command)


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
    if (meant := mistyped_listen(found, conf.filled.text)) is not None:
        return error_of(meant, conf, command)
    refusal = Refusal(
        f"Nginx would listen at {found.address}, where other machines can reach it{how}",
        "write listen {{ listen }}; and the lab finds a free loopback address, or listen 127.0.0.1:PORT. "
        "If you mean it, say so: lab.nginx(..., exposed=True).",
        line=found.word.line,
        column=found.word.column,
    )
    return error_of(refusal, conf, command)


def listens_nowhere(conf: NginxConf, command: str) -> LaunchError:
    """Return the error for a configuration, with the files that it includes, in which no server stands."""
    for one in directives(conf.filled.text):
        if one.name == "include" and one.arguments and not included(one.arguments[0], conf.directory):
            word = one.words[1]
            summary = f"{word.value} matches no file, and nothing else listens"
            advice = "correct the path; give it whole: a Path passed as a name is written out whole."
            return error_of(Refusal(summary, advice, line=word.line, column=word.column), conf, command)
    return LaunchError(
        "The configuration has no server block: Nginx would listen nowhere.",
        "write server { listen {{ listen }}; … }",
        command=command,
    )


def taken(found: Listen, conf: NginxConf, command: str) -> LaunchError:
    """Return the error for a place where somebody listens already."""
    return error_of(_taken(found.address, found.word.line, found.word.column), conf, command)


def _taken(address: str, line: int, column: int) -> Refusal:
    if address.startswith("unix:"):
        path = address.removeprefix("unix:")
        summary = f"{address} is taken: there is something at that path"
        advice = (
            f"stop the server that listens there; if none does, remove what one left: rm {shlex.quote(path)}"
        )
    else:
        summary = f"{address} is taken: {socket_owner(address)} listens there"
        advice = (
            "write listen {{ listen }}; and the lab finds a free address, or stop who holds this one first."
        )
    return Refusal(summary, advice, line=line, column=column)


def _explain(output: str, conf: NginxConf) -> Refusal:
    found = _MESSAGE.search(output)
    if not found:
        return Refusal("Nginx refuses the configuration", "read its words, below.", output.strip())
    what, words = found["what"], found[0]
    if bound := re.search(r"bind\(\) to (\S+) failed \((\d+): ([^)]+)\)", what):
        return replace(_unbound(bound, conf), words=words)
    file = Path(found["file"]) if found["file"] else None
    if file and file not in (conf.directory / CONF_NAME, conf.directory / NEW_CONF_NAME):
        text, line = read_file(file), int(found["line"])
    else:
        text, line, file = conf.filled.text, int(found["line"] or conf.first - 1) - conf.first + 1, None
    last = len(text.splitlines())
    # What Nginx stumbles over at our end began in the learner's part.
    line = line if 1 <= line <= last else last if line > last else 0
    refusal = find_cause(what, text, line) or _meaning(what)
    return replace(refusal if refusal.line else _located(refusal, line, text), words=words, file=file)


def _meaning(what: str) -> Refusal:
    """Return what a message means by itself; of the place, only the word to look for."""
    for pattern, summary, advice in PLAIN:
        if match := re.search(pattern, what):
            token = next(filter(None, match.groups()))
            hint = LEAVE_OUT if token in OURS else advice
            return Refusal(summary.format(token), hint.format(token), token=token)
    token = quoted[1] if (quoted := re.search(r'"([^"]+)"', what)) else ""
    return Refusal(f"Nginx refuses the configuration: {what}", "correct that.", token=token)


def _located(refusal: Refusal, line: int, text: str) -> Refusal:
    """Put the caret at the token: Nginx names the line where it gave up, and the token may stand before."""
    lines = text.splitlines()
    token = re.compile(rf"(?<![\w.-]){re.escape(refusal.token)}(?![\w-])")
    before = range(line, 0, -1) if line else range(1, len(lines) + 1)
    found = (number for number in before if refusal.token and token.search(lines[number - 1]))
    return replace(refusal, line=next(found, line))


def _unbound(bound: re.Match[str], conf: NginxConf) -> Refusal:
    address, number, why = bound.groups()
    spot = next((one for one in listens(conf.filled.text) if one.address == address), None)
    line, column = (spot.word.line, spot.word.column) if spot else (0, 0)
    if number in ("98", "48"):
        return _taken(address, line, column)
    if number in ("99", "97", "49", "47"):
        if address.startswith("["):
            summary = f"This machine has no IPv6 address {address.rpartition(':')[0]} to listen at"
            advice = "listen at an IPv4 address, or have IPv6 switched on: `ip -6 address show lo` shows it."
        else:
            summary = f"{address} is no address of this machine"
            advice = "write listen {{ listen }}; and the lab finds a free address."
        return Refusal(summary, advice, line=line, column=column)
    if number == "13":
        advice = "choose a port from 1024 on, or write listen {{ listen }};"
        return Refusal(
            f"Only root may listen at {address}, below port 1024", advice, line=line, column=column
        )
    return Refusal(f"Nginx cannot listen at {address}: {why}", "choose another.", line=line, column=column)
