"""What is the same for many servers: how a factory is named, what signals do that are left to the kernel."""

from labapp.servers.server_kind import SignalNote

CALLED = 'write its call, in quotes: "…:{factory}()"'
"""What has the server call a factory once, and serve what comes of it."""

KILL = SignalNote("KILL", "die", "The kernel ends it in mid-request, without a word.")
STOP = SignalNote("STOP", "freeze", "It stands still: who connects now waits at the socket.")
CONT = SignalNote("CONT", "go on", "If it was frozen by STOP, it goes on where it stood; otherwise nothing.")


def unhandled(*names: str) -> tuple[SignalNote, ...]:
    """Return the notes of signals that end a process which does not handle them."""
    return tuple(
        SignalNote(name, "end at once", f"It does not handle {name}: the kernel ends it in mid-request.")
        for name in names
    )
