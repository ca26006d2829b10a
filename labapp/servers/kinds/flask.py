"""Flask's own server: one process, a thread for each request; with a reloader, two processes."""

from types import MappingProxyType

from labapp.servers.kinds.told import Told
from labapp.servers.kinds.usual import CONT, KILL, STOP, unhandled
from labapp.servers.server_kind import SignalNote, by_name

_QUIT = SignalNote("INT", "end (Ctrl-C)", "It ends in good order, but drops the requests under way.")
_NOTES = {
    "server": by_name(*unhandled("TERM", "HUP"), _QUIT, KILL, STOP, CONT),
    "reloader": by_name(
        SignalNote("TERM", "end both", "It ends the server, which drops its requests, and then itself."),
        SignalNote("INT", "end both (Ctrl-C)", "As TERM. In a terminal, Ctrl-C reaches both at once."),
        SignalNote(
            "KILL", "die", "The kernel ends the reloader alone: the server serves on, and reloads no more."
        ),
    ),
}


class Flask(Told):
    """What the lab knows about `flask run`."""

    name = "Flask's own server"
    notes = MappingProxyType(_NOTES)
    subcommand = "run"
    host_options = ("--host", "-h")
    port_options = ("--port", "-p")
    port = 5000
    variables = "FLASK_RUN_"
    questions = frozenset({"--help", "--version"})

    @property
    def reloads(self) -> bool:
        """With --debug or --reload, unless --no-reload."""
        words = self.command.arguments
        debug = self.command.settings.get("FLASK_DEBUG", "0").lower() not in ("0", "false", "no")
        wanted = "--debug" in words or "--reload" in words or (debug and "--no-debug" not in words)
        return wanted and "--no-reload" not in words
