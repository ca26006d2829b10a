"""What signals do to Gunicorn's processes."""

from collections.abc import Mapping

from labapp.servers.server_kind import SignalNote, by_name

_MASTER = by_name(
    SignalNote("TTIN", "one worker more", "The master forks one more worker."),
    SignalNote(
        "TTOU",
        "one worker fewer",
        "The oldest worker finishes its request and ends; the last one always stays.",
    ),
    SignalNote(
        "HUP",
        "reload",
        "The master reads its configuration again and forks as many workers as it says; they load the "
        "application afresh, the old ones finish.",
    ),
    SignalNote(
        "USR1", "reopen the logs", "Master and workers close their log files and open them again by name."
    ),
    SignalNote(
        "USR2",
        "second master",
        "The master starts a second master with workers of its own on the same socket; both serve.",
    ),
    SignalNote(
        "WINCH",
        "nothing but a line in the log",
        "Only a daemon ends its workers on WINCH; this master runs in the foreground, and merely logs it.",
    ),
    SignalNote(
        "TERM",
        "end gracefully",
        "No new connection is accepted; each worker finishes its request, for at most the graceful timeout "
        "(30 s unless told), then the master ends.",
    ),
    SignalNote(
        "QUIT", "end quickly", "The workers end without finishing their requests, then the master ends."
    ),
    SignalNote(
        "INT",
        "end quickly (Ctrl-C)",
        "What Ctrl-C sends: the workers end without finishing, then the master.",
    ),
)
_DAEMON = _MASTER | by_name(
    SignalNote(
        "WINCH",
        "end the workers only",
        "The workers finish their requests and end; the master stays with none, until HUP brings them back.",
    ),
)
_WORKER = by_name(
    SignalNote(
        "TERM", "end gracefully", "It finishes its request and ends; the master forks a successor at once."
    ),
    SignalNote(
        "QUIT", "end quickly", "It ends without finishing its request; the master forks a successor at once."
    ),
    SignalNote(
        "INT", "end quickly", "As QUIT: it ends without finishing its request; the master forks a successor."
    ),
    SignalNote(
        "ABRT",
        "give up",
        "What the master sends to a worker silent for longer than --timeout: it exits with code 1 and is "
        "replaced.",
    ),
    SignalNote(
        "KILL",
        "die",
        "The kernel ends it in mid-request, without a word; the master notices and forks a successor.",
    ),
    SignalNote(
        "STOP",
        "freeze",
        "It stands still, and its heartbeat with it: after --timeout (30 s unless told) the master kills and "
        "replaces it.",
    ),
    SignalNote("CONT", "go on", "If it was frozen by STOP, it goes on where it stood; otherwise nothing."),
    SignalNote("USR1", "reopen the logs", "It closes its log files, opens them again by name, and works on."),
)


def notes(role: str, *, daemon: bool) -> Mapping[str, SignalNote]:
    """Return the notes for a master or a worker, in the order of a palette; none for another role."""
    return {"master": _DAEMON if daemon else _MASTER, "worker": _WORKER}.get(role, {})
