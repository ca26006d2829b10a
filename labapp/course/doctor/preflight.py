"""The preflight: whether this machine has what the lessons need, and the command that mends what it lacks."""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Callable, Sequence

from labapp.course.doctor import front_end, installed, machine
from labapp.course.doctor.finding import Finding

CHECKS: tuple[Callable[[], Finding], ...] = (
    installed.python,
    installed.packages,
    installed.gunicorn,
    installed.nginx,
    front_end.front_end,
    machine.loopback,
    machine.ipv6,
    machine.ports,
    machine.open_files,
    machine.processes,
    machine.announcements,
    installed.ps,
    installed.strace,
    machine.directory,
    machine.leftovers,
)


def check() -> list[Finding]:
    """Return what was found about each thing that the lessons need."""
    return [one() for one in CHECKS]


def report() -> str:
    """Return whether the lessons can begin: what was looked at, or what to mend first."""
    found = check()
    amiss = [one for one in found if one.state == "amiss"]
    if amiss:
        return "\n".join(["Not ready yet.", *map(str, amiss)])
    return f"Ready. Looked at: {', '.join(one.subject for one in found)}."


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the preflight; return 1 if anything is amiss, else 0."""
    parser = argparse.ArgumentParser(
        prog="python -m labapp doctor",
        description="See whether this machine has what the lessons need; say what mends it if not.",
    )
    parser.add_argument("--brief", action="store_true", help="one line, unless something is amiss")
    parser.add_argument("--json", action="store_true", help="for programs")
    options = parser.parse_args(arguments)
    found = check()
    amiss = [one for one in found if one.state == "amiss"]
    if options.json:
        print(json.dumps([dataclasses.asdict(one) for one in found], indent=1))
    else:
        for one in amiss if options.brief else found:
            print(one)
        print(f"Preflight: {len(amiss)} to mend." if amiss else f"Preflight: ready, {len(found)} checks.")
    return 1 if amiss else 0
