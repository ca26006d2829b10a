"""What a kind of server knows about itself, and hands down to whoever launches, shows or ends one."""

import os
import re
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from labapp.observe import LogSyntax, Role
from labapp.observe.kernel import how_to_pip_install
from labapp.servers.command import Command, Size, Sizing
from labapp.servers.diagnosis import Diagnosis, Failure, Hopeless
from labapp.servers.guard import Record


@dataclass(frozen=True, slots=True)
class SignalNote:
    """One signal, as a palette shows it: its short name, a label of a few words, one precise sentence."""

    name: str
    label: str
    sentence: str


def by_name(*notes: SignalNote) -> dict[str, SignalNote]:
    """Return notes by their signal's short name, in the order given."""
    return {note.name: note for note in notes}


# INFO:     Started server process [123]
LEVEL_AND_TEXT = re.compile(r"(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL): +(?P<text>.*)")


class ServerKind:
    """A kind of server, for one command that runs it: all that the lab knows about it, as values.

    A kind is a subclass in a module or room of `labapp.servers.kinds`, and a row in the list there; whatever
    it leaves out is what holds for any command that listens on loopback and answers HTTP.
    """

    name = ""
    """What people call it; empty for that of its program."""
    beyond: tuple[int, Role] | None = None
    """How many workers its first process forks, and what the next child is; None where all are workers."""
    titles: Mapping[str, Role] = MappingProxyType({})
    """The titles that it gives its processes, by how they begin."""
    event_source = "server"
    """Whom its own events name as their source, in a timeline."""
    spawns = False
    """Whether each of its workers is started as a program of its own, by Python's multiprocessing."""
    entitles = False
    """Whether each of its children says who it is in its title, a moment after its birth."""

    @property
    def hosts(self) -> bool:
        """Whether a master is among what its first process starts, which serves nobody itself."""
        return False

    supervises = False
    """Whether its first process keeps others alive, each a server of its own: who ends, it starts again."""
    surrender: re.Pattern[str] | None = None
    """What it writes when it starts a process no more; who then listens nowhere never will."""
    unloaded: re.Pattern[str] | None = None
    """What it writes when it could not load the application, and answers nevertheless."""
    served_by: Mapping[str, str] = MappingProxyType({})
    """What has it serve an application of some interface, WSGI or ASGI, or of a factory, by its command."""
    predecessor = ""
    """The variable in which a new master is told the pid of the one that it is to succeed."""
    log_syntax = LogSyntax((LEVEL_AND_TEXT,))
    """How it writes its log, and in it of the death of a process."""
    launcher = "lab.launch"
    """What a learner calls to have it run."""
    stop_signal = "TERM"
    """The signal that lets it finish its requests before it ends."""
    ready_when_it_listens = False
    """Whether it is ready when it listens and has workers; else when it has answered a request."""
    tells_at_end = False
    """Whether it tells of a request only when it has ended: till then its connections say who is served."""
    questions: frozenset[str] = frozenset({"-h", "--help", "-V", "--version"})
    """The options that ask for something and have it serve nothing."""
    noise: re.Pattern[str] | None = None
    """Lines of the log that say nothing about a failure."""

    sizing = Sizing()
    """The options that give it workers and threads, as far as the lab knows of such."""
    observed = True
    """Whether the lab may have it tell of its requests, each of which then costs a little more."""

    def __init__(self, command: Command) -> None:
        self.command = command

    @property
    def size(self) -> Size:
        """How many workers and threads the command asks for."""
        return self.sizing.alone

    @property
    def workers_due(self) -> int:
        """How many workers there are soon after its first answer; 0 where that is not known."""
        return (self.size.workers or 0) if self.prefork else 0

    @property
    def timeouts(self) -> Mapping[str, float]:
        """The options that limit how long something may take, in s, as far as the lab knows them."""
        return {}

    @classmethod
    def installed(cls) -> str | None:
        """Return where its program is that PATH does not lead to; None if it is not there either."""
        return None

    @classmethod
    def remedy(cls, package: str) -> str:
        """Return what installs it, which pip knows as `package`."""
        return how_to_pip_install(package)

    @property
    def prefork(self) -> bool:
        """Whether its first process is a master, before it has forked anything."""
        return False

    @property
    def reloads(self) -> bool:
        """Whether its first process only starts another one, which serves, anew when a file changes."""
        return False

    @property
    def asks(self) -> bool:
        """Whether the command asks for something: if it then ends in good order, nothing has failed."""
        return not self.questions.isdisjoint(self.command.own[1:])

    @property
    def binds_in_master(self) -> bool:
        """Whether its master listens for its workers: where a worker alone does, it is not the server."""
        return False

    @property
    def emits_events(self) -> bool:
        """Whether its processes can be made to tell the lab what they do."""
        return False

    @property
    def unseen(self) -> str:
        """Which of its requests cannot be known now, and why; empty where all can."""
        return "" if self.emits_events else f"({self.name or self.command.name} does not tell of them)"

    @property
    def silence(self) -> str:
        """Why none of its requests has been heard of, if none has; empty where all are told in any case."""
        return ""

    def event_relay(self, record: Record) -> AbstractContextManager[object]:  # noqa: ARG002
        """Return what carries its events to the lab while it runs, where it does not send them itself."""
        return nullcontext()

    def added(self, record: Record) -> tuple[str, ...]:  # noqa: ARG002
        """The words that the lab adds to the command, shown to the learner."""
        return ()

    subcommand = ""
    """The word of the command after which these stand; empty where that is the server's name."""

    def additions(self, record: Record) -> dict[str, str]:  # noqa: ARG002
        """The environment variables that the lab adds for this server, shown to the learner."""
        return {}

    @property
    def logs(self) -> tuple[Path, ...]:
        """The files that it writes its log to, beside its standard output and error."""
        return ()

    def refusal(self) -> Diagnosis | None:
        """Return what is wrong with the command, as far as it tells by itself; None if nothing is."""
        return None

    def notice(self) -> str:
        """Return what is to be known of a launch that succeeds, as far as it tells before."""
        return ""

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

    @property
    def behind(self) -> Mapping[str, object]:
        """The servers that it was given to pass requests to, by their names in its configuration."""
        return {}

    def passes_to(self, address: str) -> bool:  # noqa: ARG002
        """Whether its configuration has it pass requests to an address."""
        return False

    def speaks_tls(self, address: str) -> bool:  # noqa: ARG002
        """Whether TLS is spoken at an address where it serves."""
        return False

    def first_address(self, found: set[str]) -> str:
        """Return the address that stands for the server, of all those where it serves."""
        return min(found)

    def diagnose(self, failure: Failure) -> Diagnosis:
        """Say what went wrong, and what to try."""
        from labapp.servers.diagnosis import (  # noqa: PLC0415 (a launch that succeeds can do without)
            explain,
            explain_timeout,
            misfit,
            read_last_words,
            uncalled,
        )

        name = self.command.name
        if failure.errno is not None:
            return Diagnosis(
                f"{self.command.program} cannot be executed: {os.strerror(failure.errno)}.",
                "look at its first line.",
            )
        ended = failure.timeout is None and failure.hopeless in (*(None, Hopeless.LEFT, Hopeless.UNLOADED),)
        if (
            found := uncalled(failure.log, self.name or name, self.served_by)
            or self.read_log(failure)
            or (
                read_last_words(failure, self.command, self.log_syntax, known=bool(self.name))
                if ended
                else None
            )
        ):
            return found
        if failure.hopeless is not None:
            return explain(self.name or name, self.log_syntax, failure, self.exits)
        if failure.timeout is not None:
            wrong, advice = misfit(failure.log, self.name or name, self.served_by)
            if wrong:
                return Diagnosis(f"{wrong}: it answers nothing.", f"{advice}.")
            return explain_timeout(name, failure)
        return Diagnosis(
            f"{name} ended before it answered, and said nothing.",
            "look for what ends it: sys.exit(), os._exit().",
        )

    @property
    def exits(self) -> str:
        """Where what it serves can end its process, `shop.py, line 3`; empty where that is not known."""
        return ""

    def read_log(self, failure: Failure) -> Diagnosis | None:  # noqa: ARG002
        """Return what this kind alone can read in its log; None if that is nothing."""
        return None

    notes: Mapping[str, Mapping[str, SignalNote]] = MappingProxyType({})
    """What signals do, by the role of the process that receives them and by their short names."""

    def signal_notes(self, role: str) -> Mapping[str, SignalNote]:
        """What each signal does to a process in this role, by the signal's short name."""
        return self.notes.get(role, {})
