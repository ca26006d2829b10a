"""What signals do to Nginx's processes."""

from collections.abc import Mapping

from labapp.servers.server_kind import SignalNote, by_name

_MASTER = by_name(
    SignalNote(
        "HUP",
        "reload",
        "The master reads its configuration again; if it is good, new workers start and the old ones finish "
        "their requests and end; if it is not, all stays as it was.",
    ),
    SignalNote("USR1", "reopen the logs", "Master and workers open their log files again by name."),
    SignalNote(
        "WINCH",
        "nothing",
        "Only a daemon lets its workers go on WINCH; this master runs in the foreground, and ignores it.",
    ),
    SignalNote(
        "USR2",
        "nothing",
        "A daemon would start a second master from the program file; this one ignores it while the process "
        "that started it lives.",
    ),
    SignalNote(
        "QUIT",
        "end gracefully",
        "No new connection is accepted; the workers finish their requests, then the master ends.",
    ),
    SignalNote(
        "TERM", "end quickly", "The workers end without finishing their requests, then the master ends."
    ),
    SignalNote("INT", "end quickly (Ctrl-C)", "What Ctrl-C sends: as TERM, the workers end in mid-request."),
    SignalNote(
        "KILL",
        "die",
        "The kernel ends the master without a word; its workers do not notice, serve on, and hold the port.",
    ),
)
_WORKER = by_name(
    SignalNote(
        "QUIT",
        "end gracefully",
        "It finishes its requests and ends; the master forks a successor when it has ended.",
    ),
    SignalNote("TERM", "end quickly", "It ends in mid-request, with status 0; the master forks a successor."),
    SignalNote("INT", "end quickly", "As TERM: it ends in mid-request, and has a successor."),
    SignalNote(
        "KILL",
        "die",
        "The kernel ends it, and all its connections with it; the master notices and forks a successor.",
    ),
    SignalNote(
        "STOP",
        "freeze",
        "It stands still, and nobody replaces it: its connections wait, and new ones that fall to it, too.",
    ),
    SignalNote("CONT", "go on", "If it was frozen by STOP, it goes on where it stood; otherwise nothing."),
    SignalNote("USR1", "reopen the logs", "It opens its log files again by name, and works on."),
    SignalNote("WINCH", "nothing", "Only the worker of a daemon ends on WINCH; this one ignores it."),
)


def notes(role: str) -> Mapping[str, SignalNote]:
    """Return the notes for a master or a worker, in the order of a palette; none for another role."""
    return {"master": _MASTER, "worker": _WORKER}.get(role, {})
