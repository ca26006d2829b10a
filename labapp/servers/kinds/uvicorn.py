"""Uvicorn: one process with a loop of events; with --workers, a parent that starts as many."""

from types import MappingProxyType

from labapp.servers.command import Size, Sizing
from labapp.servers.kinds.told import Told
from labapp.servers.kinds.usual import CONT, KILL, STOP, unhandled
from labapp.servers.server_kind import SignalNote, by_name

_GRACEFULLY = (
    "It takes no more connections, finishes the requests under way, and lets the application shut down"
)
_SERVER = by_name(
    SignalNote("TERM", "end gracefully", f"{_GRACEFULLY}; then it ends, by the same signal."),
    SignalNote("INT", "end gracefully (Ctrl-C)", f"{_GRACEFULLY}. A second one drops what is left."),
    *unhandled("HUP", "QUIT"),
    KILL,
    STOP,
    CONT,
)
_MASTER = by_name(
    SignalNote("TTIN", "one worker more", "The master starts one more worker."),
    SignalNote("TTOU", "one worker fewer", "The youngest worker ends gracefully; the last one always stays."),
    SignalNote(
        "HUP",
        "reload",
        "Worker by worker: each ends gracefully, and its successor loads the application afresh.",
    ),
    SignalNote("TERM", "end gracefully", "The workers finish their requests and end, then the master."),
    SignalNote(
        "INT", "end gracefully (Ctrl-C)", "As TERM. In a terminal, Ctrl-C reaches the workers as well."
    ),
)
_SUCCEEDED = "; the master notices within half a second, and starts a successor"
_WORKER = by_name(
    SignalNote("TERM", "end gracefully", f"It finishes its requests and ends{_SUCCEEDED}."),
    SignalNote("INT", "end gracefully", f"As TERM: it finishes its requests{_SUCCEEDED}."),
    SignalNote("HUP", "end at once", f"It does not handle HUP: it ends in mid-request{_SUCCEEDED}."),
    SignalNote("KILL", "die", f"The kernel ends it in mid-request, without a word{_SUCCEEDED}."),
    CONT,
)
_NOTES = {"server": _SERVER, "master": _MASTER, "worker": _WORKER}


class Uvicorn(Told):
    """What the lab knows about Uvicorn."""

    name = "Uvicorn"
    notes = MappingProxyType(_NOTES)
    sizing = Sizing(workers=("--workers",), alone=Size(workers=1))
    spawns = True
    other_options = ("--uds", "--fd")
    socket_options = ("--uds",)
    variables = "UVICORN_"
    served_by = MappingProxyType(
        {
            "WSGI": "add --interface wsgi",
            "ASGI": "leave --interface wsgi out of the command",
            "factory": "add --factory",
        }
    )

    @property
    def prefork(self) -> bool:
        """With more than one worker."""
        number = (self.given(("--workers",)) or [self.command.settings.get("WEB_CONCURRENCY", "1")])[-1]
        return not self.reloads and number.isdecimal() and int(number) > 1

    @property
    def reloads(self) -> bool:
        """With --reload."""
        return "--reload" in self.command.arguments
