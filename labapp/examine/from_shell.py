"""`python -m labapp examine`: a capacity report on the application of any project, from its folder."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from labapp.examine.examination import LEAST, MOST, examine
from labapp.examine.refusals import ExamineError

DESCRIPTION = """\
Measure a web application of yours, on this machine only, and report what it can do: the knee of each path,
the workers and threads that did best, memory, the cost of a reload, errors and their causes, timeouts.

The command is the one that you would type to serve it, in quotes. It is launched several times, with other
numbers of workers and threads, and asked with GET; nothing of it is left running."""
EXAMPLES = """\
examples:
  python -m labapp examine 'gunicorn mysite:app'
  python -m labapp examine 'gunicorn mysite.wsgi' / /products /login --html report.html
  python -m labapp examine '.venv/bin/uvicorn api:app --workers 2' /items --within 180

exit status: 0 a report, 1 no report can be made (a sentence says why), 2 the words are not understood,
130 or 143 it was interrupted by Ctrl-C or by TERM (a report on what there was)."""


class _Told:
    """Has TERM end an examination as Ctrl-C does, and remembers which of them came."""

    status = 0

    def __call__(self, number: int, _frame: FrameType | None) -> None:
        self.status = 128 + number
        raise KeyboardInterrupt


def main(arguments: Sequence[str] | None = None) -> int:
    """Examine, print the report, and return the exit status."""
    options = _parser().parse_intermixed_args(arguments)
    told = _Told()
    before = {number: signal.signal(number, told) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        report = examine(options.command, options.paths or ("/",), within=options.within)
        print(report)
        if options.html:
            print(f"The report as a page: {report.save(options.html)}")
    except ExamineError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"The page could not be written: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted before anything was measured. Nothing is left running.", file=sys.stderr)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return told.status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m labapp examine",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", metavar="COMMAND", help="as you would type it, in quotes")
    parser.add_argument(
        "paths", metavar="PATH", nargs="*", default=[], type=_path, help="what to ask for (/)"
    )
    parser.add_argument(
        "--within", metavar="SECONDS", type=_seconds, default=90.0, help="the most that it may take (90)"
    )
    parser.add_argument(
        "--html", metavar="FILE", type=_file, help="also write the report as a page, with pictures"
    )
    return parser


def _path(text: str) -> str:
    if not text.startswith("/"):
        raise argparse.ArgumentTypeError(f"{text!r} is no path: it begins with /. Put the command in quotes.")
    return text


def _file(text: str) -> Path:
    place = Path(text).expanduser()
    if place.is_dir() or not os.access(place if place.exists() else place.parent, os.W_OK):
        raise argparse.ArgumentTypeError(f"{text!r} cannot be written: name a file in a folder of yours")
    return place


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not LEAST <= seconds <= MOST:
        raise argparse.ArgumentTypeError(f"{text!r}: from {LEAST:g} to {MOST:g} seconds")
    return seconds
