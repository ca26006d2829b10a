"""mod_wsgi: Apache's parent and child, and beside the child a daemon with a Python in it."""

import os
import re
import shutil
import sys
from dataclasses import replace
from types import MappingProxyType

from labapp.observe import LogSyntax, Role
from labapp.observe.kernel import how_to_install, how_to_pip_install
from labapp.servers.command import has_option
from labapp.servers.diagnosis import Diagnosis, Failure, Hopeless
from labapp.servers.guard import Record
from labapp.servers.kinds.told import Told
from labapp.servers.kinds.usual import CONT, STOP
from labapp.servers.server_kind import SignalNote, by_name

# [Sun Nov 29 08:23:57.123456 2026] [mpm_event:notice] [pid 123:tid 456] AH00489: Apache/2.4.71 …
_LINE = re.compile(
    r"\[\w+ \w+ +\d+ (?P<time>\d\d:\d\d:\d\d)\.\d+ \d+\] \[\w*:(?P<level>\w+)\] "
    r"\[pid (?P<pid>\d+)(?::tid \d+)?\] (?P<text>.*)"
)
# What stands before each line of a traceback.
_BEFORE = re.compile(r"^\[\w+ \w+ +\d+ [\d:.]+ \d+\] (?:\[[^\]]*\] )+", re.MULTILINE)
DAEMON = Role("daemon", "D", numbered=True)
_MASTER = by_name(
    SignalNote(
        "USR1",
        "reload gracefully",
        "Apache reads its configuration again; a new daemon loads the application afresh, and the old one "
        "finishes its requests.",
    ),
    SignalNote("HUP", "reload at once", "As USR1, but requests under way are dropped."),
    SignalNote("WINCH", "end gracefully", "The requests under way are answered, then all of Apache ends."),
    SignalNote("TERM", "end at once", "All of Apache ends; requests under way are dropped."),
    SignalNote("INT", "end at once (Ctrl-C)", "As TERM: requests under way are dropped."),
)
_SUCCEEDED = "Apache starts another one"
_DAEMON = by_name(
    SignalNote("TERM", "end gracefully", f"It finishes its requests and ends; {_SUCCEEDED}."),
    SignalNote("INT", "end gracefully", f"As TERM: it finishes its requests; {_SUCCEEDED}."),
    SignalNote("HUP", "nothing", "The daemon ignores HUP: it is for Apache's parent."),
    SignalNote(
        "KILL", "die", f"The kernel ends it in mid-request: Apache's child answers 502, and {_SUCCEEDED}."
    ),
    STOP,
    CONT,
)
_NOTES = {"master": _MASTER, "daemon": _DAEMON}


class ModWsgi(Told):
    """What the lab knows about `mod_wsgi-express start-server`: Apache's parent, its child, the daemon."""

    name = "mod_wsgi"
    notes = MappingProxyType(_NOTES)
    stop_signal = "WINCH"
    spawns = True  # A daemon says who it is in its title, a moment after its birth.
    subcommand = "start-server"
    host = "0.0.0.0"
    any_port = False
    log_syntax = LogSyntax((_LINE,))
    titles = MappingProxyType({"(wsgi:": DAEMON})
    unloaded = re.compile(r"Unable to execute Python script file|Failed to exec Python script file")

    @property
    def prefork(self) -> bool:
        """Always: Apache's parent serves nobody itself."""
        return True

    @classmethod
    def remedy(cls, package: str) -> str:
        """Apache's headers and a compiler first, then the package, which is compiled."""
        return f"{headers()}; then {how_to_pip_install(package)}"

    def refusal(self) -> Diagnosis | None:
        """Apache serves nothing as root."""
        if os.geteuid() != 0 or has_option(self.command.arguments, ("--user",)):
            return super().refusal()
        return Diagnosis(
            "Apache serves nothing as root, and asks for another user.",
            "add --user nobody --group nogroup; they must be able to read the application and its Python.",
        )

    def read_log(self, failure: Failure) -> Diagnosis | None:
        """Return why the application could not be loaded, which Apache's log has in lines of its own."""
        if failure.hopeless is not Hopeless.UNLOADED:
            return super().read_log(failure)
        from labapp.servers.diagnosis import read_last_words  # noqa: PLC0415 (a launch can do without)

        said = replace(failure, log=_BEFORE.sub("", failure.log))
        return read_last_words(said, self.command, self.log_syntax)

    def is_control(self, address: str) -> bool:
        """Whether it is the socket at which the daemon waits for Apache's child, and speaks no HTTP."""
        return address.startswith("unix:")

    def added(self, record: Record) -> tuple[str, ...]:
        """A free loopback port, its files in the runtime directory, its log where the lab reads it."""
        words = super().added(record)
        if self.asks:
            return words
        if not self.given(("--server-root",)):
            words += ("--server-root", str(record.directory / "apache"))
        if not has_option(self.command.arguments, ("--log-to-terminal",)):
            words += ("--log-to-terminal",)
        if not self.given(("--locale",)):
            # Else it is one that not every machine has, and then no path may hold an accent.
            words += ("--locale", "C.UTF-8")
        return words


def headers() -> str:
    """Return the command that installs Apache with its headers, and a compiler."""
    if sys.platform == "darwin":
        return how_to_install("httpd")
    return how_to_install("httpd-devel gcc" if shutil.which("dnf") else "apache2-bin apache2-dev gcc")
