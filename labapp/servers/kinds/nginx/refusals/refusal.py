"""A refused configuration, and the error that shows the place in the learner's text."""

from dataclasses import dataclass
from pathlib import Path

from labapp.servers.errors import LaunchError
from labapp.servers.kinds.nginx.configuration import Filled, NginxConf, column_of, excerpt


@dataclass(frozen=True, slots=True)
class Refusal:
    """What Nginx's own words mean, what to try, and where: a line of the text as it was filled in."""

    summary: str
    advice: str
    words: str = ""
    line: int = 0
    token: str = ""
    """The word that is marked, unless the column is known."""
    column: int = 0
    first: int = 0
    """The line where the first of two stands that are alike."""
    file: Path | None = None
    """The file of the learner's that the configuration includes, where the place is in such a one."""


def error_of(refusal: Refusal, conf: NginxConf, command: str) -> LaunchError:
    """Return the error that shows a refusal in the learner's text."""
    shown: tuple[str, ...] = ()
    where = ""
    if refusal.line:
        where, shown = _included(refusal) if refusal.file else _shown(refusal, conf.filled)
    return LaunchError(
        f"{refusal.summary.rstrip('.')}{where}.",
        refusal.advice,
        command=command,
        excerpt=shown,
        log_tail=refusal.words.splitlines(),
    )


def _included(refusal: Refusal) -> tuple[str, tuple[str, ...]]:
    assert refusal.file
    text = read_file(refusal.file)
    column = refusal.column or column_of(text.splitlines()[refusal.line - 1], refusal.token)
    also = f"; the first is on line {refusal.first}" if refusal.first else ""
    return f" (line {refusal.line} of {refusal.file}{also})", excerpt(text, refusal.line, column)


def _shown(refusal: Refusal, filled: Filled) -> tuple[str, tuple[str, ...]]:
    """Return where a refusal belongs: in the text as typed, if its token stands there, else as filled in."""
    number = filled.origin(refusal.line)
    typed, line = (
        text.splitlines()[at - 1] for text, at in ((filled.source, number), (filled.text, refusal.line))
    )
    also = f"; the first is on line {filled.origin(refusal.first)}" if refusal.first else ""
    column = refusal.column or column_of(line, refusal.token)
    where = f" (line {number} of {filled.title}{also})"
    if typed == line:
        return where, excerpt(filled.source, number, column)
    if refusal.token and refusal.token in typed:
        return where, excerpt(filled.source, number, column_of(typed, refusal.token))
    where = f" (line {number} of {filled.title}, filled in{also})"
    return where, excerpt(filled.text, refusal.line, column)


def read_file(path: Path) -> str:
    """Return the text of an included file as far as it can be read; Nginx itself reads bytes."""
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
