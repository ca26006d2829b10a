"""Nginx: run in its runtime directory, from the one file that the lab has written there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from labapp.servers import command as commands
from labapp.servers.guard.records import Record
from labapp.servers.kinds.base import Failure, Program
from labapp.servers.kinds.nginx import failures, signals
from labapp.servers.kinds.nginx.nginx_conf import NAME, Whole
from labapp.servers.kinds.nginx.template import Filled, Template
from labapp.servers.kinds.signal_notes import SignalNote

# The directory's name is nothing to remember, and differs each time.
TYPED = f"nginx -p … -c {NAME} -e stderr"


@dataclass(frozen=True, slots=True)
class Source:
    """What a configuration is made from: a template, and what was given and chosen to fill it."""

    template: Template
    names: Mapping[str, object]
    addresses: Mapping[str, str]
    exposed: bool = False

    def fill(self) -> Filled:
        """Fill the template."""
        return self.template.fill({"here": str(Path.cwd()), **self.addresses, **self.names})


class Nginx(Program):
    """What the lab knows about Nginx."""

    prefork = True
    launcher = "lab.nginx"
    farewell = "QUIT"  # TERM does not let it finish.

    def __init__(self, command: commands.Command, source: Source, whole: Whole) -> None:
        super().__init__(command)
        self.source = source
        self.whole = whole

    @property
    def talks(self) -> bool:
        """It tells of its requests, by its access log."""
        return True

    def diagnose(self, failure: Failure) -> tuple[str, str]:
        """Say in a sentence what Nginx says in its log."""
        return failures.diagnosis(failure.log, self.whole) or super().diagnose(failure)

    def signal_notes(self, role: str) -> Mapping[str, SignalNote]:
        """What each signal does to Nginx's master or to one of its workers."""
        return signals.notes(role)


def command(program: str, record: Record) -> commands.Command:
    """Return the command line that runs the configuration in a runtime directory."""
    words = [program, "-p", f"{record.directory}/", "-c", NAME, "-e", "stderr"]
    parsed = commands.parse(words, cwd=record.directory)
    # Sockets handed over from another Nginx.
    environment = {name: value for name, value in parsed.environment.items() if name != "NGINX"}
    return replace(parsed, typed=TYPED, environment=environment)
