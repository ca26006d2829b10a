"""What signals do to uWSGI's processes."""

from types import MappingProxyType

from labapp.servers.kinds.usual import CONT, KILL, STOP
from labapp.servers.server_kind import SignalNote, by_name

_STATISTICS = SignalNote("USR1", "statistics", "It writes into its log how many requests it has had.")
_CANNOT = "pyuwsgi, which is a module of Python's, cannot start itself again: it ends with status 1"
_MASTER = by_name(
    SignalNote(
        "HUP",
        "reload gracefully",
        f"The workers finish their requests and end; then the program starts itself anew. {_CANNOT}.",
    ),
    SignalNote(
        "TERM",
        "reload at once",
        f"No end, but a reload in which requests are dropped, unless --die-on-term. {_CANNOT}.",
    ),
    SignalNote("INT", "end (Ctrl-C)", "The workers end in mid-request, and within a second the master."),
    SignalNote("QUIT", "end", "As INT: the workers end in mid-request, and within a second the master."),
    SignalNote("USR1", "statistics", "The master writes its configuration and statistics into the log."),
)
_SUCCEEDED = "the master forks a successor"
_WORKER = by_name(
    SignalNote("HUP", "end gracefully", f"It finishes its request and ends; {_SUCCEEDED}."),
    SignalNote("TERM", "end at once", f"Without --threads it ends in mid-request; {_SUCCEEDED}."),
    SignalNote("INT", "end at once", f"As TERM: without --threads in mid-request; {_SUCCEEDED}."),
    SignalNote("KILL", "die", f"The kernel ends it in mid-request, without a word; {_SUCCEEDED}."),
    _STATISTICS,
    STOP,
    CONT,
)
_SERVER = by_name(
    SignalNote("HUP", "end gracefully", "Without a master it finishes its request and ends, with status 30."),
    SignalNote("TERM", "end at once", "Without a master it ends in mid-request, with status 30."),
    SignalNote("INT", "end at once (Ctrl-C)", "As TERM: it ends in mid-request, with status 30."),
    KILL,
    _STATISTICS,
    STOP,
    CONT,
)
NOTES = MappingProxyType({"master": _MASTER, "worker": _WORKER, "server": _SERVER})
