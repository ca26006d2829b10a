"""wsgiref: the server of the standard library, in a file that makes one and has it serve."""

from types import MappingProxyType

from labapp.servers.guard import Record
from labapp.servers.kinds.told import Told
from labapp.servers.kinds.usual import CONT, KILL, STOP, unhandled
from labapp.servers.server_kind import SignalNote, by_name

_NOTES = {
    "server": by_name(
        *unhandled("TERM", "HUP"),
        SignalNote(
            "INT",
            "interrupt (Ctrl-C)",
            "Idle, it ends with a KeyboardInterrupt. In mid-request wsgiref takes that for a failure of the "
            "application: it answers 500, and serves on.",
        ),
        KILL,
        STOP,
        CONT,
    )
}


class Wsgiref(Told):
    """What the lab knows about a file that serves by `wsgiref.simple_server`."""

    name = "wsgiref"
    notes = MappingProxyType(_NOTES)
    host_options = port_options = ()

    def added(self, record: Record) -> tuple[str, ...]:  # noqa: ARG002
        """Nothing: the file itself says where it listens."""
        return ()
