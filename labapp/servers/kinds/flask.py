"""Flask's own server: one process, a thread for each request; with a reloader, two processes."""

import re
from types import MappingProxyType

from labapp.servers.diagnosis import Diagnosis, Failure
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

    def read_log(self, failure: Failure) -> Diagnosis | None:
        """Return how the application is named here, where it stands by itself."""
        if found := re.search(r"No such command '([\w.:]+)'", failure.log):
            line = self.command.typed.replace(found[1], f"--app {found[1]}", 1)
            return Diagnosis(
                f"Flask takes the application by --app: it has no command {found[1]!r}.", f"write {line}"
            )
        return super().read_log(failure)
