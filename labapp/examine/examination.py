"""An examination from its first launch to its report, whatever ends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from labapp.examine import refusals
from labapp.examine.candidates import Candidates
from labapp.examine.machine import Neighbours
from labapp.examine.progress import Progress, TimeOverError
from labapp.examine.report import Report
from labapp.examine.sizes import Comparison
from labapp.servers import LaunchError

LEAST, MOST, MOST_PATHS = 5.0, 900.0, 12
PRINTABLE = "".join(map(chr, range(33, 127)))


def examine(
    command: str | Sequence[str],
    paths: Sequence[str] = ("/",),
    *,
    within: float = 90.0,
    cwd: str | Path | None = None,
    env: Mapping[str, str] | None = None,
    progress: bool = True,
) -> Report:
    """Measure an application, and return what was found; `ExamineError` where there is nothing to measure."""
    if not LEAST <= within <= MOST:
        raise ValueError(f"within={within!r}: from {LEAST:g} to {MOST:g} seconds.")
    # As a browser sends them: what is typed may have blanks and accents.
    chosen = tuple(dict.fromkeys(quote(path, PRINTABLE, errors="surrogateescape") for path in paths))
    if not 1 <= len(chosen) <= MOST_PATHS:
        raise ValueError(f"paths: from 1 to {MOST_PATHS} of them, got {len(chosen)}.")
    neighbours = Neighbours()
    with Progress(within, shown=progress) as bar:
        try:
            candidates = Candidates(command, cwd=cwd, env=env)
        except LaunchError as error:
            raise refusals.not_started(error) from None
        whole = Comparison(candidates, chosen, bar, neighbours)
        try:
            whole.run()
        except refusals.ExamineError:
            raise
        except LaunchError as error:
            raise refusals.not_started(error) from None
        except TimeOverError:
            if not whole.figures.known:
                raise refusals.no_time(candidates.typed, within) from None
            whole.figures.cut = "its time was over"
        except KeyboardInterrupt:
            if not whole.figures.known:
                raise
            whole.figures.cut = "it was interrupted"
        whole.figures.seconds = bar.elapsed
        if not whole.figures.advised:  # Else it has decided which size was measured further.
            whole.figures.neighbours = neighbours.busy()
    return Report(whole.figures, candidates)
