"""Waitress: one process, a thread that takes requests in and some that answer them."""

import re
import shlex
from types import MappingProxyType

from labapp.observe import LogSyntax
from labapp.servers.command import Size, Sizing
from labapp.servers.diagnosis import Diagnosis, Failure
from labapp.servers.kinds.told import Told
from labapp.servers.kinds.usual import CONT, KILL, STOP, unhandled
from labapp.servers.server_kind import SignalNote, by_name

_LINE = re.compile(r"(?P<level>[A-Z]+):waitress(?:\.\w+)?:(?P<text>.*)")

_RAISED = re.compile(
    r"^There was an exception \((?P<kind>\w+)\) importing your module\.\n(?:.*\n)+?1\. (?P<said>.+)",
    re.MULTILINE,
)
_NUMBERS = ("--port", "--threads", "--backlog", "--connection-limit")
_NOTES = {
    "server": by_name(
        SignalNote(
            "INT",
            "end gracefully (Ctrl-C)",
            "It takes no more connections, answers the requests under way, for at most 5 s, and ends.",
        ),
        *unhandled("TERM", "HUP"),
        KILL,
        STOP,
        CONT,
    )
}


class Waitress(Told):
    """What the lab knows about Waitress."""

    name = "Waitress"
    stop_signal = "INT"  # TERM ends it in mid-request.
    notes = MappingProxyType(_NOTES)
    sizing = Sizing(threads=("--threads",), alone=Size(threads=4), before=True)
    address_options = ("--listen",)
    other_options = ("--unix-socket", "--fd")
    socket_options = ("--unix-socket",)
    host, port = "0.0.0.0", 8080
    log_syntax = LogSyntax((_LINE,))
    served_by = MappingProxyType({"factory": "add --call"})
    noise = re.compile(  # Its help.
        r"^Usage:$|^[A-Z][a-z]+ options:$|^ {4}(?:--|\S+ \[OPTS)|^ {8,}[^\s^]"
    )

    def refusal(self) -> Diagnosis | None:
        """Where a number is none, and where it is asked for no thread: it would let everybody wait."""
        given = ((option, value) for option in _NUMBERS for value in self.given((option,)))
        for option, value in given:
            if not value.isdecimal():
                return Diagnosis(f"Waitress wants a number after {option}, and not {value!r}.", "write one.")
        if self.size.threads == 0:
            return Diagnosis("Waitress was asked for no thread: nobody would answer.", "ask for one.")
        return super().refusal()

    def read_log(self, failure: Failure) -> Diagnosis | None:
        """Return what Waitress says of an application that raises: neither where, nor a traceback."""
        words = self.command.arguments
        if (found := _RAISED.search(failure.log)) and "invalid format" not in found["said"]:
            from labapp.servers.diagnosis import meant  # noqa: PLC0415 (a launch can do without)

            module = words[-1].partition(":")[0]
            return Diagnosis(
                f"The application cannot be loaded: {found['kind']}: {found['said']}.",
                meant(found["said"], self.command.cwd)
                or f'Waitress does not say where: python -c "import {module}" does.',
            )
        if "Specify one application only" in failure.log and words and words[0].partition("=")[0][:1] != "-":
            own = [*self.command.own[: -len(words)], *words[1:], words[0]]
            return Diagnosis(
                "Waitress takes its options before the application: what comes after it is another one.",
                f"write {shlex.join(own)}",
            )
        return super().read_log(failure)
