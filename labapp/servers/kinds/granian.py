"""Granian: a parent that starts workers, whose threads of Rust speak HTTP and call Python."""

import re
from types import MappingProxyType

from labapp.observe import LogSyntax
from labapp.servers.command import Size, Sizing
from labapp.servers.kinds.told import Told
from labapp.servers.kinds.usual import CONT, STOP
from labapp.servers.server_kind import SignalNote, by_name

_LINE = re.compile(r"\[(?P<level>[A-Z]+)\] (?P<text>.*)")

_MASTER = by_name(
    SignalNote(
        "HUP",
        "reload",
        "One after the other the workers get successors, which load the application afresh; the old ones "
        "finish their requests.",
    ),
    SignalNote("TERM", "end gracefully", "The workers finish their requests and end, then the master."),
    SignalNote("INT", "end gracefully (Ctrl-C)", "As TERM: the workers finish their requests."),
    SignalNote(
        "KILL", "die", "The kernel ends the master alone: its workers serve on, and nobody looks after them."
    ),
)
_WITH_ALL = "unless --respawn-failed-workers, the master then ends all the others, and itself, with status 1"
_WORKER = by_name(
    SignalNote("TERM", "end all", f"It finishes its requests and ends; {_WITH_ALL}."),
    SignalNote("INT", "end all", f"As TERM: it finishes its requests and ends; {_WITH_ALL}."),
    SignalNote("HUP", "nothing", "A worker ignores HUP: it is for the master."),
    SignalNote("KILL", "die", f"The kernel ends it in mid-request; {_WITH_ALL}."),
    STOP,
    CONT,
)
_NOTES = {"master": _MASTER, "worker": _WORKER}


class Granian(Told):
    """What the lab knows about Granian."""

    name = "Granian"
    notes = MappingProxyType(_NOTES)
    sizing = Sizing(workers=("--workers",), alone=Size(workers=1))
    other_options = ("--uds",)
    socket_options = ("--uds",)
    variables = "GRANIAN_"
    any_port = False  # Each worker binds the port for itself, and 0 would be another for each.
    shares_ports = True
    log_syntax = LogSyntax((_LINE,))
    served_by = MappingProxyType(
        {"WSGI": "add --interface wsgi", "ASGI": "add --interface asgi", "factory": "add --factory"}
    )

    @property
    def prefork(self) -> bool:
        """Always: there is one worker at least."""
        return True
