"""What the loads and the log of a server tell beside their figures: errors, their causes, slow answers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from labapp.servers import ending, is_orderly
from labapp.servers.diagnosis import read_tracebacks

if TYPE_CHECKING:
    from labapp.examine.figures import Figures
    from labapp.examine.measuring import Subject
    from labapp.load import Load, Steps
    from labapp.observe import LogSyntax

SILENT = "a worker was silent for longer than --timeout, and was killed"
_SILENT = re.compile(r"\bWORKER TIMEOUT\b")
_RAISED = re.compile(r"[A-Za-z_][\w.]*(:|$)")
_LONGEST = 160


def gather(figures: Figures, subject: Subject) -> None:
    """Add what the loads of a server and its log tell to the figures."""
    figures.exceptions += causes(subject.server.log.lines, subject.server.kind.log_syntax)
    for path, load in subject.loads:
        figures.requests += len(load.exchanges)
        figures.statuses += Counter((path, one.status) for one in load.exchanges if one.status >= 400)
        kept_up = within(load, subject.knees.get(path))
        kinds = Counter((path, one.error) for one in load.exchanges if one.error and one.status < 400)
        if kept_up:
            figures.errors += kinds
        else:
            figures.beyond += kinds
        if kept_up and load.rate is not None and load.answered:
            taken = max(one.since_sent for one in load.answered)
            figures.slowest = max(figures.slowest or (0.0, ""), (taken, path))


def await_cause(subject: Subject) -> None:
    """Give a server a moment to write why it did not answer, or failed."""
    log, syntax = subject.server.log, subject.server.kind.log_syntax
    with suppress(TimeoutError):
        subject.server.wait_until(lambda: causes(log.lines, syntax), timeout=0.5)


def within(load: Load, steps: Steps | None) -> bool:
    """Whether a load asked for no more than the server should keep up with."""
    if load.rate is None or steps is None:
        return True
    return steps.knee is not None and load.rate <= steps.knee.rate


def causes(log: Sequence[str], syntax: LogSyntax) -> Counter[str]:
    """Return how often a log tells of which exception, with its place, and of which end of a worker."""
    found: Counter[str] = Counter()
    for one in read_tracebacks(log):
        if not _RAISED.match(one.exception):  # Another thread wrote its own line where the exception was due.
            continue
        said = one.exception if len(one.exception) <= _LONGEST else f"{one.exception[: _LONGEST - 1]}…"
        found[f"{said} ({one.place})" if one.place else said] += 1
    for line in log:
        if _SILENT.search(line):
            found[SILENT] += 1
        elif (died := syntax.death(line)) is not None and not is_orderly(died[1]):
            found[f"a worker {ending(died[1])}"] += 1
    return found
