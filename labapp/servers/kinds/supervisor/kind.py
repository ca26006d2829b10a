"""Supervisor: in the foreground, with free addresses for its programs, each known as what it runs."""

import os
import re
import shlex
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from labapp.observe import LogSyntax
from labapp.observe.telling import VARIABLE as TELL
from labapp.servers.command import has_option
from labapp.servers.diagnosis import Diagnosis, Failure
from labapp.servers.guard import Record
from labapp.servers.http import is_loopback
from labapp.servers.kinds.gunicorn import HOOKED, VARIABLE, Gunicorn
from labapp.servers.kinds.nginx import Nginx
from labapp.servers.kinds.supervisor.failures import GAVE_UP, LINE, given_up, mute, refused, without_programs
from labapp.servers.kinds.supervisor.signals import SUPERVISOR, supervised
from labapp.servers.kinds.supervisor.site import INFO, Program, Site, addresses, read_site
from labapp.servers.server_kind import ServerKind, SignalNote

_LONGEST = 96  # Bytes of a unix socket's path: supervisord binds it with a dot and its pid behind it first.
_LOGS = "programs"


class Supervisor(ServerKind):
    """What the lab knows about Supervisor, and about the programs of its configuration."""

    name = "Supervisor"
    supervises = True
    surrender = GAVE_UP
    questions = frozenset({"-h", "--help", "-?", "-v", "--version"})
    predecessor = Gunicorn.predecessor
    titles = MappingProxyType({**Gunicorn.titles, **Nginx.titles})
    log_syntax = LogSyntax(
        (LINE, *Gunicorn.log_syntax.forms, Nginx.log_syntax.forms[0]), Gunicorn.log_syntax.deaths
    )
    noise = re.compile(
        f"{Gunicorn.noise.pattern if Gunicorn.noise else ''}|CRIT Supervisor is running as root"
    )
    _child_logs: Path | None = None

    @cached_property
    def _addresses(self) -> dict[str, str]:
        return addresses()

    @cached_property
    def site(self) -> Site:
        """The configuration, read with the lab's addresses in it."""
        return read_site(self.command, self._addresses)

    @cached_property
    def programs(self) -> dict[str, tuple[Program, ServerKind | None]]:
        """Its programs by their names, each with what is known of the server that it runs."""
        return {one.name: (one, one.kind(self.command)) for one in self.site.programs}

    @property
    def _kinds(self) -> list[ServerKind]:
        return [kind for _, kind in self.programs.values() if kind]

    @property
    def _gunicorns(self) -> list[Gunicorn]:
        return [kind for kind in self._kinds if isinstance(kind, Gunicorn)]

    @property
    def prefork(self) -> bool:
        """Whether each of its programs is a master before it has forked anything."""
        return not self.asks and bool(self._kinds) and all(kind.prefork for kind in self._kinds)

    @property
    def event_source(self) -> str:  # type: ignore[override]
        """Gunicorn, where that is what it runs."""
        return Gunicorn.event_source if self._gunicorns else "server"

    @property
    def emits_events(self) -> bool:
        """Whether its programs can be made to tell the lab what they do."""
        return not self.asks and any(kind.emits_events for kind in self._kinds)

    @property
    def silence(self) -> str:
        """Why none of its programs has told of a request."""
        return next((kind.silence for kind in self._kinds), "")

    def added(self, record: Record) -> tuple[str, ...]:
        """What keeps it in the foreground, and its files in the runtime directory."""
        if self.asks:
            return ()
        words = () if has_option(self.command.arguments, ("-n", "--nodaemon")) else ("-n",)
        if self.site.silent:
            words = (*words, "-l", "/dev/stdout", "-y", "0")
        if self.site.level > INFO:
            words = (*words, "-e", "info")
        files = {
            "logfile": (("-l", "--logfile"), "supervisord.log"),
            "pidfile": (("-j", "--pidfile"), "supervisord.pid"),
            "childlogdir": (("-q", "--childlogdir"), _LOGS),
        }
        for name, (options, file) in files.items():
            if name not in self.site.sets and not has_option((*self.command.arguments, *words), options):
                words = (*words, options[0], str(record.directory / file))
        self._child_logs = record.directory / _LOGS
        self._child_logs.mkdir(exist_ok=True)
        return words

    def additions(self, record: Record) -> dict[str, str]:
        """The addresses that the configuration names, and what its programs are given to be watched."""
        if self.asks:
            return {}
        found = {name: value for name, value in self._addresses.items() if name in self.site.named}
        if words := self._words(record):
            found[VARIABLE] = shlex.join(words)
        if any(TELL in kind.additions(record) for kind in self._kinds if not isinstance(kind, Gunicorn)):
            found[TELL] = str(record.events)
        return found

    def _words(self, record: Record) -> list[str]:
        """Return what Gunicorn is given: a port that it keeps when it is started again, and its hooks."""
        if not (gunicorns := self._gunicorns):
            return []
        if len(gunicorns) == 1:
            return gunicorns[0].options(record, self._addresses["LISTEN"])
        words = ["--no-control-socket"]
        if any(kind.binds is None for kind in gunicorns):
            words += ["--bind", self._addresses["LISTEN"]]
        return [*words, *HOOKED] if all(kind.emits_events for kind in gunicorns) else words

    @property
    def logs(self) -> tuple[Path, ...]:
        """The files of its programs, and the folder of those that have none of their own."""
        own = (Path(log) for one in self.site.programs for log in one.logs if not log.startswith("/dev/"))
        return (*own, *((self._child_logs,) if self._child_logs else ()))

    def refusal(self) -> Diagnosis | None:
        """The first that is wrong with its configuration, or with a program in it."""
        if self.site.error:
            return refused(self.site.error, self.command)
        if not any(one.autostart for one in self.site.programs):
            return without_programs(Path(self.site.file))
        if diagnosis := mute(self.site, self.command):
            return diagnosis
        for control in self.site.controls:
            if (length := len(os.fsencode(control.path))) > _LONGEST:
                return Diagnosis(
                    f"The path of supervisord's socket has {length} bytes, and there is room for {_LONGEST}.",
                    "put it into a shorter place: file=/tmp/… in [unix_http_server].",
                )
        unbound = [name for name, (_, kind) in self.programs.items() if _binds_nothing(kind)]
        if len(unbound) > 1:
            return Diagnosis(
                f"The programs {' and '.join(unbound)} would listen at one address.",
                "give each its own: --bind %(ENV_LISTEN)s and --bind %(ENV_LISTEN2)s.",
            )
        found = ((name, kind.refusal()) for name, (_, kind) in self.programs.items() if kind)
        return next((diagnosis for _, diagnosis in found if diagnosis), None)

    def exposure(self) -> str | None:
        """The first address that is not loopback, of its own or of a program."""
        own = (one.address for one in self.site.controls if not is_loopback(one.address))
        return next(own, None) or next(filter(None, (kind.exposure() for kind in self._kinds)), None)

    def is_control(self, address: str) -> bool:
        """Whether it is supervisord's own socket, or one of its programs'."""
        path = address.removeprefix("unix:")
        own = any(_is_at(path, address, one.path, one.port) for one in self.site.controls)
        return own or any(kind.is_control(address) for kind in self._kinds)

    def speaks_tls(self, address: str) -> bool:
        """Whether its only program does."""
        return len(self._kinds) == 1 and self._kinds[0].speaks_tls(address)

    def read_log(self, failure: Failure) -> Diagnosis | None:
        """Return which program it has given up, and why."""
        return given_up(failure, self.programs)

    def signal_notes(self, role: str) -> Mapping[str, SignalNote]:
        """What each signal does to supervisord, and to the processes of its programs."""
        if role == "supervisor":
            return SUPERVISOR
        found = next((notes for kind in self._kinds if (notes := kind.signal_notes(role))), {})
        return found if role == "worker" else supervised(found)


def _binds_nothing(kind: ServerKind | None) -> bool:
    return isinstance(kind, Gunicorn) and kind.binds is None


def _is_at(path: str, address: str, own: str, port: int) -> bool:
    # It binds its unix socket by another name, `ctl.sock.123`, and gives it this one then.
    return (
        path == own or re.fullmatch(rf"{re.escape(own)}\.\d+", path) is not None
        if own
        else address.endswith(f":{port}")
    )
