"""Nginx: its processes, its log, its signals, whoever wrote its configuration."""

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from labapp.observe import MASTER, WORKER, LogSyntax, Role
from labapp.servers.command import option_values
from labapp.servers.diagnosis import Diagnosis, Failure
from labapp.servers.kinds.nginx import signals
from labapp.servers.kinds.nginx.binary import find_nginx
from labapp.servers.server_kind import LEVEL_AND_TEXT, ServerKind, SignalNote

# 2026/11/20 23:49:30 [notice] 123#123: start worker processes
LINE = re.compile(
    r"\d{4}/\d\d/\d\d (?P<time>\d\d:\d\d:\d\d) \[(?P<level>[a-z]+)\] "
    r"(?P<pid>\d+)#\d+: (?:\*\d+ )?(?P<text>.*)"
)


class Nginx(ServerKind):
    """What the lab knows about Nginx."""

    name = "Nginx"
    titles = MappingProxyType(
        {
            "nginx: master process": MASTER,
            "nginx: worker process": WORKER,
            "nginx: cache manager process": Role("cache manager", "C"),
            "nginx: cache loader process": Role("cache loader", "L"),
        }
    )
    entitles = True
    event_source = "nginx"
    tells_at_end = True
    log_syntax = LogSyntax((LINE, LEVEL_AND_TEXT))
    stop_signal = "QUIT"  # TERM does not let it finish.

    @property
    def prefork(self) -> bool:
        """Always."""
        return True

    @classmethod
    def installed(cls) -> str | None:
        """Return the Nginx that the lab runs."""
        return str(found) if (found := find_nginx()) else None

    @property
    def asks(self) -> bool:
        """Whether it is to tell its version, its options, or what it thinks of a configuration."""
        return any(re.fullmatch(r"-[?hvVtTq]+", word) for word in self.command.own[1:])

    def refusal(self) -> Diagnosis | None:
        """A command that only speaks to another Nginx."""
        if "-s" not in self.command.own:
            return None
        return Diagnosis(
            "`nginx -s` starts no server: it sends a signal to one that runs.",
            'ask that one itself: edge.reload(), edge.stop(), edge.signal("QUIT").',
        )

    def read_log(self, failure: Failure) -> Diagnosis | None:
        """Return what Nginx gave as the reason, which is not what it says last."""
        if found := re.search(r'invalid option: "(.)"', failure.log):
            return self._unknown_option(found[1])
        fatal = re.search(r"\[emerg\] (?:\d+#\d+: )?(.+)", failure.log)
        if failure.hopeless or failure.timeout or not fatal:
            return None
        absent = re.match(r'open\(\) "([^"]+)" failed \(2: ', fatal[1])
        asked = option_values(self.command.own[1:], ("-c",))
        if absent and asked and Path(absent[1]).name == Path(asked[-1]).name:
            file = self.command.cwd / absent[1]
            return Diagnosis(
                f"There is no {file.name} in {file.parent}.", "correct its name, or say where it is: cwd=."
            )
        advice = "correct that, then launch again."
        if "nginx.conf" in fatal[1] and "-c" not in self.command.own:
            advice = "give it a configuration: nginx -c FILE. lab.nginx(…) takes a piece of one."
        return Diagnosis(f"Nginx refuses to start: {fatal[1]}.", advice)

    def _unknown_option(self, letter: str) -> Diagnosis:
        """Say whose an option is, of which Nginx names a letter only."""
        from labapp.servers.kinds.complaints import unknown_option  # noqa: PLC0415 (a launch can do without)

        words = (word.partition("=")[0] for word in self.command.own[1:])
        long = next((word for word in words if word.startswith("--")), "--")
        found = unknown_option(long if letter == "-" else f"-{letter}", self.name, self.command)
        return Diagnosis(found.summary, "`nginx -h` lists what it takes.")

    def signal_notes(self, role: str) -> Mapping[str, SignalNote]:
        """What each signal does to Nginx's master or to one of its workers."""
        return signals.notes(role)
