"""Django's own server: one process, a thread for each connection; with its reloader, two processes."""

import re
from types import MappingProxyType

from labapp.servers.guard import Record
from labapp.servers.http import free_port
from labapp.servers.kinds.told import Told
from labapp.servers.kinds.usual import CONT, KILL, STOP
from labapp.servers.server_kind import SignalNote, by_name

_PLACE = re.compile(r"(?:(?P<host>\[[0-9a-fA-F:]+\]|[\w.-]+):)?(?P<port>\d+)")

_NOTES = {
    "server": by_name(
        SignalNote("TERM", "end at once", "It ends in mid-request, and so does its reloader if it has one."),
        SignalNote("INT", "end (Ctrl-C)", "As TERM: requests under way are dropped."),
        KILL,
        STOP,
        CONT,
    ),
    "reloader": by_name(
        SignalNote("TERM", "end both", "It ends, and the server with it, which drops its requests."),
        SignalNote("INT", "end both (Ctrl-C)", "As TERM. In a terminal, Ctrl-C reaches both at once."),
        SignalNote(
            "KILL", "die", "The kernel ends the reloader alone: the server serves on, and reloads no more."
        ),
    ),
}


class Django(Told):
    """What the lab knows about `manage.py runserver`."""

    name = "Django's own server"
    notes = MappingProxyType(_NOTES)
    subcommand = "runserver"
    host_options = port_options = ()

    @property
    def reloads(self) -> bool:
        """Unless --noreload."""
        return "--noreload" not in self.command.arguments

    @property
    def addresses(self) -> list[str]:
        """The one that the command names."""
        words = self.command.arguments
        own = words[words.index(self.subcommand) + 1 :]
        found = filter(None, map(_PLACE.fullmatch, own))
        return [f"{place['host'] or '127.0.0.1'}:{place['port']}" for place in found]

    def added(self, record: Record) -> tuple[str, ...]:  # noqa: ARG002
        """A free port that stays: the server binds it anew each time that it is reloaded."""
        return () if self.asks or self.addresses else (f"127.0.0.1:{free_port()}",)
