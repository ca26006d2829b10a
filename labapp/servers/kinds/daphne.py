"""Daphne: one process with Twisted's loop of events."""

import re
from types import MappingProxyType

from labapp.observe import LogSyntax
from labapp.servers.diagnosis import Diagnosis, Failure
from labapp.servers.kinds.told import Told
from labapp.servers.kinds.usual import CONT, KILL, STOP, unhandled
from labapp.servers.server_kind import SignalNote, by_name

# 2026-11-29 08:23:53,280 INFO     Listening on TCP address 127.0.0.1:44931
_LINE = re.compile(r"\d{4}-\d\d-\d\d (?P<time>\d\d:\d\d:\d\d),\d+ (?P<level>[A-Z]+) +(?P<text>.*)")

_NOTES = {
    "server": by_name(
        SignalNote("TERM", "end", "It ends in good order, but gives up the requests under way."),
        SignalNote("INT", "end (Ctrl-C)", "As TERM: requests under way are given up."),
        *unhandled("HUP", "QUIT"),
        KILL,
        STOP,
        CONT,
    )
}


class Daphne(Told):
    """What the lab knows about Daphne."""

    name = "Daphne"
    notes = MappingProxyType(_NOTES)
    host_options = ("--bind", "-b")
    port_options = ("--port", "-p")
    other_options = ("--unix-socket", "-u", "--fd", "--endpoint", "-e")
    socket_options = ("--unix-socket", "-u")
    log_syntax = LogSyntax((_LINE,))

    def read_log(self, failure: Failure) -> Diagnosis | None:
        """Return what is missing where the command names no more than a module."""
        if "not enough values to unpack (expected 2, got 1)" not in failure.log:
            return super().read_log(failure)
        from labapp.servers.diagnosis import offered  # noqa: PLC0415 (a launch can do without)

        names = (
            f"{word}:{name}" for word in self.command.arguments for name in offered(word, self.command.cwd)
        )
        return Diagnosis(
            "Daphne wants a module, a colon, and the name of the application in it.",
            f"write {' or '.join(names) or 'both, such as shop:app'}.",
        )
