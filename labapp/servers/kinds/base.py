"""Any server at all: a command that listens on loopback and answers HTTP."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from labapp.servers.command import Command
from labapp.servers.guard.records import Record
from labapp.servers.kinds.signal_notes import SignalNote


@dataclass(frozen=True)
class Failure:
    """A launch that went wrong: what the server wrote, how it ended, what it listened on."""

    log: str
    status: int | None
    timeout: float | None = None
    listening: tuple[str, ...] = ()
    errno: int | None = None


class Program:
    """What the lab knows about a kind of server; this one knows nothing in particular."""

    prefork = False
    launcher = "lab.launch"  # What a learner calls to have it run.
    farewell = "TERM"  # The signal that lets it finish its requests before it ends.
    noise: re.Pattern[str] | None = None  # Lines of the log that say nothing about a failure.

    def __init__(self, command: Command) -> None:
        self.command = command

    @property
    def talks(self) -> bool:
        """Whether its processes can be made to tell the lab what they do."""
        return False

    def additions(self, record: Record) -> dict[str, str]:  # noqa: ARG002
        """The environment variables that the lab adds for this server, shown to the learner."""
        return {}

    def exposure(self) -> str | None:
        """The first address in the command that is not loopback, as far as the command tells."""
        return None

    def absolute(self, address: str) -> str:
        """Return an address with the whole path of its unix socket; the system only knows what was bound."""
        path = address.removeprefix("unix:")
        return (
            address if path == address or path.startswith(("/", "@")) else f"unix:{self.command.cwd / path}"
        )

    def is_control(self, address: str) -> bool:  # noqa: ARG002
        """Whether a socket is for controlling the server, and no HTTP is spoken there."""
        return False

    def diagnose(self, failure: Failure) -> tuple[str, str]:
        """Say in one sentence what went wrong, and in another what to try."""
        name = self.command.name
        if failure.errno is not None:
            return (
                f"{self.command.program} cannot be executed: {os.strerror(failure.errno)}.",
                "look at its first line.",
            )
        if failure.timeout is not None:
            where = (
                f" It listens at {', '.join(failure.listening)}."
                if failure.listening
                else " It listens nowhere."
            )
            return (
                f"{name} did not answer HTTP within {failure.timeout:g} s.{where}",
                "read the log, or give it a longer timeout=.",
            )
        return f"{name} ended before it answered.", "read its log, from the bottom up."

    def signal_notes(self, role: str) -> Mapping[str, SignalNote]:  # noqa: ARG002
        """What each signal does to a process in this role, by the signal's short name."""
        return {}
