"""What signals do to supervisord, and to the programs that it keeps alive."""

from collections.abc import Mapping
from dataclasses import replace

from labapp.servers.kinds.usual import CONT, STOP, unhandled
from labapp.servers.server_kind import SignalNote, by_name

SUPERVISOR = by_name(
    SignalNote(
        "HUP",
        "read the configuration again",
        "It ends all programs, each by its stopsignal, and starts those of the configuration as it is now; "
        "meanwhile nobody answers.",
    ),
    SignalNote("USR2", "reopen the logs", "It closes its log files and opens them again by name."),
    SignalNote(
        "TERM",
        "end all",
        "It sends each program its stopsignal, KILL after stopwaitsecs (10 s unless told), then ends.",
    ),
    SignalNote("INT", "end all (Ctrl-C)", "As TERM: its programs first, then itself."),
    SignalNote("QUIT", "end all", "As TERM: its programs first, then itself."),
    SignalNote(
        "KILL", "die", "The kernel ends it alone: its programs serve on, and nobody starts them again."
    ),
    *unhandled("USR1"),
    STOP,
    CONT,
)
_ENDS = frozenset({"TERM", "QUIT", "INT", "KILL"})


def supervised(notes: Mapping[str, SignalNote]) -> Mapping[str, SignalNote]:
    """Return the notes for the first process of a program: Supervisor sees it end."""
    return {
        name: replace(note, sentence=f"{note.sentence} Supervisor starts it again if autorestart says so.")
        if name in _ENDS
        else note
        for name, note in notes.items()
    }
