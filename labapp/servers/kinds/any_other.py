"""A command that is of no kind known here; what it starts may be: `dumb-init gunicorn shop:app`."""

import re
import shlex
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from labapp.observe import LogSyntax
from labapp.servers.command import Command
from labapp.servers.diagnosis import Diagnosis, Failure
from labapp.servers.guard import Record
from labapp.servers.kinds.gunicorn import Gunicorn
from labapp.servers.kinds.nginx import Nginx
from labapp.servers.server_kind import ServerKind, SignalNote

_BEGUN_BY_OTHERS: tuple[type[ServerKind], ...] = (Gunicorn, Nginx)
_NEW_PIDS = re.compile(r"-[A-Za-z]*p[A-Za-z]*|--pid(=.*)?")


class AnyOther(ServerKind):
    """What it starts may be of a kind that others start, too: it writes as that one does."""

    titles = MappingProxyType(
        {title: role for kind in _BEGUN_BY_OTHERS for title, role in kind.titles.items()}
    )
    log_syntax = LogSyntax(
        tuple(dict.fromkeys(form for kind in _BEGUN_BY_OTHERS for form in kind.log_syntax.forms)),
        tuple(death for kind in _BEGUN_BY_OTHERS for death in kind.log_syntax.deaths),
    )
    predecessor = Gunicorn.predecessor
    noise = Gunicorn.noise

    @cached_property
    def inner(self) -> Gunicorn | None:
        """The Gunicorn that its words would start, whatever stands before it."""
        words = list(_words(self.command))
        place = next((n for n, word in enumerate(words) if n and Path(word).name == "gunicorn"), None)
        if place is None:
            return None
        own = tuple(words[place:])
        program = shutil.which(own[0], path=self.command.environment.get("PATH")) or own[0]
        return Gunicorn(replace(self.command, argv=own, program=program, wrapped=0, becomes=""))

    @property
    def hosts(self) -> bool:
        """Whether a master is among what it starts."""
        return self.inner is not None

    @property
    def workers_due(self) -> int:
        """As many as what it starts is asked for."""
        return self.inner.workers_due if self.inner else 0

    @property
    def emits_events(self) -> bool:
        """Whether what it starts does; in a PID namespace of its own it knows its pid only there."""
        apart = self.command.name == "unshare" and any(map(_NEW_PIDS.fullmatch, self.command.own))
        return bool(self.inner and self.inner.emits_events) and not apart

    @property
    def event_source(self) -> str:  # type: ignore[override]
        """Gunicorn, where that is what it starts."""
        return Gunicorn.event_source if self.inner else "server"

    def additions(self, record: Record) -> dict[str, str]:
        """What the lab adds for a Gunicorn."""
        return self.inner.additions(record, hooks=self.emits_events) if self.inner else {}

    def exposure(self) -> str | None:
        """The first address that it is told to bind, and that is not loopback."""
        return self.inner.exposure() if self.inner else None

    def is_control(self, address: str) -> bool:
        """Whether it is the control socket of what it starts."""
        return bool(self.inner and self.inner.is_control(address))

    def read_log(self, failure: Failure) -> Diagnosis | None:
        """Return what a Gunicorn says that it has started; else what many servers say alike."""
        if self.inner and re.search(r"^gunicorn: |\[\d+\] \[[A-Z]+\] ", failure.log, re.MULTILINE):
            return self.inner.read_log(failure)
        from labapp.servers.kinds.complaints import read  # noqa: PLC0415 (a launch can do without)

        return read(failure, self.command.module[0] or self.command.name, self.command, ())

    def signal_notes(self, role: str) -> Mapping[str, SignalNote]:
        """What each signal does to the processes of a Gunicorn that it starts."""
        return self.inner.signal_notes(role) if self.inner else {}


def _words(command: Command) -> Iterator[str]:
    """Yield its words, and those of what a shell is given by -c."""
    before = ""
    for word in command.own:
        if before == "-c":
            try:
                yield from shlex.split(word)
            except ValueError:
                return
        else:
            yield word
        before = word
