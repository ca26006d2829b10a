"""Hypercorn: a parent that starts workers, each with a loop of events."""

import re
from pathlib import Path
from types import MappingProxyType

from labapp.observe import LogSyntax
from labapp.observe.kernel import how_to_pip_install
from labapp.servers.command import Size, Sizing, option_values
from labapp.servers.diagnosis import Diagnosis, Failure
from labapp.servers.kinds.told import Told
from labapp.servers.kinds.usual import CALLED, CONT, STOP
from labapp.servers.server_kind import SignalNote, by_name

# [2026-11-20 23:49:30 +0000] [3307] [INFO] Running on http://127.0.0.1:8000 (CTRL + C to quit)
_LINE = re.compile(
    r"\[\d{4}-\d\d-\d\d (?P<time>\d\d:\d\d:\d\d) [+-]\d{4}\] "
    r"\[(?P<pid>\d+)\] \[(?P<level>[A-Z]+)\] (?P<text>.*)"
)
_BINDS = re.compile(r"^\s*(?:insecure_|quic_)?bind\s*=", re.MULTILINE)

_MASTER = by_name(
    SignalNote(
        "HUP",
        "reload",
        "New workers start, which load the application afresh; the old ones finish their requests.",
    ),
    SignalNote("TERM", "end", "The workers end, and drop the requests under way; then the master ends."),
    SignalNote("INT", "end (Ctrl-C)", "As TERM: requests under way are dropped."),
    SignalNote(
        "KILL", "die", "The kernel ends the master alone: its workers serve on, and nobody looks after them."
    ),
)
_WITH_ALL = "and the master then ends all the others, and itself"
_WORKER = by_name(
    SignalNote("TERM", "end all", f"It ends in mid-request, {_WITH_ALL}: it has no successor."),
    SignalNote("INT", "nothing", "A worker ignores INT: Ctrl-C is for the master."),
    SignalNote("KILL", "die", f"The kernel ends it in mid-request, {_WITH_ALL}."),
    STOP,
    CONT,
)
_NOTES = {"master": _MASTER, "worker": _WORKER}


class Hypercorn(Told):
    """What the lab knows about Hypercorn."""

    name = "Hypercorn"
    notes = MappingProxyType(_NOTES)
    sizing = Sizing(workers=("--workers", "-w"), alone=Size(workers=1))
    spawns = True
    host_options = port_options = ()
    address_options = ("--bind", "-b", "--insecure-bind", "--quic-bind")
    log_syntax = LogSyntax((_LINE,))
    served_by = MappingProxyType(
        {
            "WSGI": "write wsgi: before its name",
            "ASGI": "leave out wsgi: before its name",
            "factory": CALLED,
        }
    )

    @property
    def prefork(self) -> bool:
        """Unless it is told to have no workers."""
        return (self.given(("--workers", "-w")) or ["1"])[-1] != "0"

    @property
    def shares_ports(self) -> bool:  # type: ignore[override]
        """With more workers than one."""
        number = (self.given(("--workers", "-w")) or ["1"])[-1]
        return number.isdecimal() and int(number) > 1

    def read_log(self, failure: Failure) -> Diagnosis | None:
        """Return which package a class of workers needs."""
        found = re.search(r"Exception: (trio|uvloop) is not installed", failure.log)
        missed = found or re.search(r"No module named '(trio|uvloop)'", failure.log)
        if missed and (found or missed[1] in self.given(("--worker-class", "-k"))):
            return Diagnosis(
                f"Hypercorn's workers of class {missed[1]} need the package {missed[1]!r}, "
                "which is not here.",
                how_to_pip_install(f"hypercorn[{missed[1]}]"),
            )
        return super().read_log(failure)

    @property
    def elsewhere(self) -> bool:
        """Whether its configuration binds; a module of one may."""
        found = option_values(self.command.arguments, ("--config", "-c"))
        return any(one.startswith("python:") or self._binds(Path(one.removeprefix("file:"))) for one in found)

    def _binds(self, file: Path) -> bool:
        try:
            return bool(_BINDS.search((self.command.cwd / file).read_text()))
        except (OSError, ValueError):
            return False
