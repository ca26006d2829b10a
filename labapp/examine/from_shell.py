"""`python -m labapp examine`: a capacity report on the application of any project, from its folder."""

from __future__ import annotations

import argparse
import ast
import os
import re
import shlex
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from labapp.examine.examination import LEAST, MOST, MOST_PATHS, examine
from labapp.examine.refusals import ExamineError
from labapp.examine.report import Report

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
_CALL = re.compile(r"lab\.examine\(.*\)", re.DOTALL)
_WORDS = "python -m labapp examine"


class _Told:
    """Has TERM end an examination as Ctrl-C does, and remembers which of them came."""

    status = 0

    def __call__(self, number: int, _frame: FrameType | None) -> None:
        self.status = 128 + number
        raise KeyboardInterrupt


def main(arguments: Sequence[str] | None = None) -> int:
    """Examine, print the report, and return the exit status."""
    parser = _parser()
    options = parser.parse_intermixed_args(arguments)
    if len(options.paths) > MOST_PATHS:
        parser.error(f"{len(options.paths)} paths: at most {MOST_PATHS}, the ones that matter")
    told = _Told()
    before = {number: signal.signal(number, told) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        report = examine(options.command, options.paths or ("/",), within=options.within)
        return _tell(report, options.html) or told.status
    except ExamineError as error:
        print(in_shell(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted before anything was measured. Nothing is left running.", file=sys.stderr)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return told.status


def _tell(report: Report, page: Path | None) -> int:
    """Print a report, and save it as a page if that is asked for; return 1 if either cannot be written."""
    try:
        print(report, flush=True)
        if page:
            print(f"The report as a page: {report.save(page)}", flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        print(f"The report could not be written: {error}", file=sys.stderr)
        return 1
    return 0


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


def in_shell(error: ExamineError) -> ExamineError:
    """Return the same error for somebody who sits before a shell."""
    if found := _CALL.search(error.advice):
        error.advice = _instead(found[0])
    error.advice = error.advice.replace("then launch again", "then try again")
    return error


def _instead(text: str) -> str:
    """Return what to type instead of a call."""
    try:
        call = ast.parse(text, mode="eval").body
    except SyntaxError:
        call = None
    words = call.args[0] if isinstance(call, ast.Call) and call.args else None
    if not isinstance(call, ast.Call) or words is None:
        return "give it one command, that of the server."
    given = {one.arg: one.value for one in call.keywords}
    match words, given.get("env"):
        case ast.JoinedStr(), _:
            return "put the command in double quotes, so that your own shell puts the value in."
        case ast.Constant(value=str(command)), ast.Dict(keys=names, values=values):
            pairs = zip(
                map(ast.literal_eval, filter(None, names)), map(ast.literal_eval, values), strict=True
            )
            command = " ".join([*(f"{name}={shlex.quote(value)}" for name, value in pairs), command])
        case ast.Constant(value=str(command)), _:
            pass
        case _, ast.Dict(keys=[ast.Constant(value=name)]):
            return f'put it before the command, in double quotes: {_WORDS} "{name!s}=${name!s} …"'
        case _:
            return "give it one command, that of the server."
    folder = given.get("cwd")
    before = f"cd {shlex.quote(ast.literal_eval(folder))} && " if folder else ""
    return f"write: {before}{_WORDS} {shlex.quote(command)}"
