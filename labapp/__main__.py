"""`python -m labapp`: what the lab does from a shell."""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module

# Name, what it does, and who does it; a command's own module is imported only when it is called.
COMMANDS = {
    "doctor": ("see whether this machine has what the lessons need", "labapp.course.doctor", "main"),
    "servers": ("list the servers that notebooks of yours are running", "labapp.course.shell", "servers"),
    "reset": ("clear what ended notebooks left running", "labapp.course.shell", "reset"),
    "progress": (
        "show what you have passed, and write it to hand in",
        "labapp.course.handing_in",
        "progress",
    ),
    "class": ("show how far a class is, from what it handed in", "labapp.course.handing_in", "class_table"),
    "examine": ("measure what an application of yours can do, and report", "labapp.examine", "main"),
    "present": ("open a lesson as slides", "labapp.course.desk.present", "main"),
    "new-lesson": ("begin a lesson: a text that builds", "labapp.course.new_lesson", "main"),
    "link": ("let the README's badge lead to this repository on Binder", "labapp.course.link", "main"),
    "build": ("build and execute the notebooks from the lessons", "labapp.course.build", "main"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m labapp",
        description="Application Servers, Live, from a shell.",
        epilog="`python -m labapp COMMAND --help` tells more of one.",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (purpose, _, _) in COMMANDS.items():
        commands.add_parser(name, help=purpose, add_help=False)
    options, rest = parser.parse_known_args(arguments)
    _, module, function = COMMANDS[options.command]
    _open_streams()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # Not every terminal's encoding has a ≈.
    try:
        status: int = getattr(import_module(module), function)(rest)
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:  # Whoever read it has seen enough, as `head` has.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 128 + signal.SIGPIPE
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 128 + signal.SIGINT
    return status


def _open_streams() -> None:
    """Open what was closed of the first three descriptors: a pipe to a guard must not have their numbers."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


if __name__ == "__main__":
    sys.exit(main())
