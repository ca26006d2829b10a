"""Gunicorn: bound to a free loopback port unless its command binds, with a control socket and hooks."""

import re
import shlex
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from labapp.observe import MASTER, WORKER, LogSyntax, Role
from labapp.servers.command import Command, Size, Sizing, handed, own_directories
from labapp.servers.diagnosis import Diagnosis, Failure, Hopeless, taken_over
from labapp.servers.errors import LaunchError
from labapp.servers.guard import Record
from labapp.servers.http import free_port, is_loopback
from labapp.servers.kinds.gunicorn import signals as gunicorn_signals
from labapp.servers.kinds.gunicorn import sizes
from labapp.servers.kinds.gunicorn.options import Given, assigned, read, words
from labapp.servers.kinds.usual import CALLED
from labapp.servers.server_kind import LEVEL_AND_TEXT, ServerKind, SignalNote

VARIABLE = "GUNICORN_CMD_ARGS"
# [2026-11-20 23:49:30 +0000] [3307] [INFO] Booting worker with pid: 3307
LINE = re.compile(
    r"\[\d{4}-\d\d-\d\d (?P<time>\d\d:\d\d:\d\d) [+-]\d{4}\] "
    r"\[(?P<pid>\d+)\] \[(?P<level>[A-Z]+)\] (?P<text>.*)"
)
DEATH = re.compile(
    r"Worker \(pid:(?P<pid>\d+)\) (?:was sent (?P<signal>SIG[A-Z0-9]+)|exited with code (?P<code>\d+))"
)
_APPLICATION = re.compile(r"(?!unix:)[A-Za-z_][\w.]*:[A-Za-z_].*")
EXITS = frozenset({"exit", "_exit", "quit", "kill", "abort", "raise_signal"})
CONTROL_SOCKET = "gunicorn.ctl"
HOOKED = ("--logger-class", "labapp.servers.kinds.gunicorn.hooks.Logger")


class Gunicorn(ServerKind):
    """What the lab knows about Gunicorn."""

    name = "Gunicorn"
    predecessor = "GUNICORN_PID"
    titles = MappingProxyType(
        {
            "gunicorn: master [": MASTER,
            "gunicorn: worker [": WORKER,
            "gunicorn: dirty-arbiter [": Role("dirty arbiter", "D"),
            "gunicorn: dirty-worker [": Role("dirty worker", "DW", numbered=True),
        }
    )
    event_source = "gunicorn"
    log_syntax = LogSyntax((LINE, LEVEL_AND_TEXT), (DEATH,))
    questions = ServerKind.questions | {"-v"}
    served_by = MappingProxyType({"ASGI": "add --worker-class asgi", "factory": CALLED})
    noise = re.compile(
        r"Control socket listening at "
    )  # Written by a thread of the master, now earlier, now later.

    @property
    def prefork(self) -> bool:
        """Always."""
        return True

    @cached_property
    def _given(self) -> Given:
        typed = read(self.command.arguments)
        variable = read(words(self.command.settings.get(VARIABLE, "")))
        return Given(typed, variable, assigned(self._file(typed.config or variable.config)))

    def _file(self, name: str | None) -> Path:
        """Return the configuration file, which is read before --chdir leads elsewhere."""
        name = name or "gunicorn.conf.py"
        if name.startswith("python:"):
            name = name.removeprefix("python:").replace(".", "/") + ".py"
        return self.command.cwd / name.removeprefix("file:")

    @property
    def binds(self) -> list[str] | None:
        """The addresses that the command itself binds: None if it binds none, empty if they are unknown."""
        if not self._given.sets("bind"):
            return None
        value = self._given.value("bind")
        found = value.split(",") if isinstance(value, str) else value
        return [str(bind).strip() for bind in found] if isinstance(found, list | tuple) else []

    @property
    def asks(self) -> bool:
        """Whether it is to check or to print its configuration, or to tell its version or its options."""
        return bool(super().asks or self._given.option("check_config") or self._given.option("print_config"))

    def additions(self, record: Record, *, hooks: bool = True) -> dict[str, str]:
        """Add a free loopback port and a control socket of its own, through Gunicorn's own variable."""
        given = self._given
        if self.asks:  # Where it would only be found again in what is printed.
            return {}
        if given.option("daemon") and sys.platform != "linux":
            raise LaunchError(
                "A daemon leaves the process that started it, and only Linux lets the lab keep hold of it.",
                "leave out --daemon: the server runs beside the notebook without it.",
                command=self.command.typed,
            )
        # Each worker binds a socket of its own under --reuse-port, and port 0 would be another for each.
        added = self.options(
            record, f"127.0.0.1:{free_port() if given.option('reuse_port') else 0}", hooks=hooks
        )
        return {VARIABLE: shlex.join(added)} if added else {}

    def options(self, record: Record, address: str, *, hooks: bool = True) -> list[str]:
        """What its variable is to hold: an address unless it binds one, a control socket, the lab's hooks."""
        given = self._given
        added = words(self.command.settings.get(VARIABLE, ""))
        if self.binds is None and handed(self.command) is None:
            added += ["--bind", address]
        if not given.sets("control_socket") and not given.sets("no_control_socket", "control_socket_disable"):
            added += ["--control-socket", str(record.directory / CONTROL_SOCKET)]
        return [*added, *HOOKED] if hooks and self.emits_events else added

    @property
    def sizing(self) -> Sizing:  # type: ignore[override]
        """Its options for workers, and for threads where its workers have them."""
        return sizes.sizing(self._given)

    @property
    def size(self) -> Size:
        """How many workers and threads it is asked for."""
        return sizes.size(self._given, self.command.settings)

    @property
    def timeouts(self) -> Mapping[str, float]:
        """How long a worker may be silent, and how long the end of one may take."""
        return sizes.timeouts(self._given)

    @cached_property
    def emits_events(self) -> bool:
        """Whether it can be given hooks: not where the learner chose a logger, or another Python."""
        if not self.observed or self.asks:
            return False
        if self._given.sets("logger_class") or self._given.sets("statsd_host"):
            return False
        return str(Path(self.command.server).parent) in own_directories()

    @property
    def unseen(self) -> str:
        """Those of a logger that is not the lab's, or of workers that call no hooks."""
        if not self.emits_events:
            return "(the lab has no hooks where the logger is another, or the Python)"
        chosen = str(self._given.value("worker_class") or "")
        silent = chosen.startswith(("tornado", "uvicorn"))
        return f"(the workers of {chosen} do not tell of them)" if silent else ""

    @property
    def logs(self) -> tuple[Path, ...]:
        """Its error log, if that has a file of its own."""
        name = str(self._given.value("error_logfile", "errorlog") or "-")
        return () if name == "-" else (self._moved().cwd / name,)

    def refusal(self) -> Diagnosis | None:
        """The first that is wrong with its addresses, its certificate, its variables, its workers."""
        from labapp.servers.kinds.gunicorn.refusals import refusals  # noqa: PLC0415 (an import can do without)

        certificate, key = (str(self._given.value(name) or "") for name in ("certfile", "keyfile"))
        number = self._given.value("workers")
        if str(self.command.settings.get("WEB_CONCURRENCY") if number is None else number) == "0":
            return Diagnosis("Gunicorn was asked for no worker: nobody would answer.", "ask for one.")
        found = refusals(self.binds or [], certificate, key, self.command.settings, self._moved().cwd)
        return next(found, None)

    def notice(self) -> str:
        """Whose unix socket it takes."""
        unix = [one.removeprefix("unix:") for one in self.binds or [] if one.startswith("unix:")]
        return taken_over(unix, self._moved().cwd)

    def exposure(self) -> str | None:
        """The first address that is bound and not loopback."""
        for bind in self.binds or []:
            address = bind.removeprefix("tcp://")
            if address.startswith(("unix:", "fd://")):
                continue
            if address.rpartition("]")[2].count(":") == 0:
                address += ":8000"
            if not is_loopback(address):
                return bind
        return None

    def is_control(self, address: str) -> bool:
        """Whether this is Gunicorn's control socket: the lab's, the command's or the default one."""
        named = self._given.value("control_socket")
        own = self.absolute(f"unix:{named}") if named else ""
        return address.endswith(f"/{CONTROL_SOCKET}") or address == own

    @property
    def binds_in_master(self) -> bool:
        """Its master does, unless it is handed a socket, or each worker is to bind one of its own."""
        return handed(self.command) is None and not self._given.sets("reuse_port")

    def speaks_tls(self, address: str) -> bool:  # noqa: ARG002
        """It does at all of its addresses, if it was given a certificate."""
        return self._given.sets("certfile")

    def diagnose(self, failure: Failure) -> Diagnosis:
        """Say what went wrong, and what to try."""
        if failure.hopeless is Hopeless.IDLE and "] Listening at: " not in failure.log:
            # With --preload the master itself imports the application, and has not come to listen.
            own = replace(failure, hopeless=Hopeless.STRANGER, strangers=failure.listening, listening=())
            return super().diagnose(own)
        return super().diagnose(failure)

    @property
    def exits(self) -> str:
        """The first line of the application's module that can."""
        from labapp.servers.diagnosis import first_call  # noqa: PLC0415 (a launch can do without)

        module = self.application.partition(":")[0]
        return first_call(module, self._moved().cwd, EXITS) if module else ""

    def read_log(self, failure: Failure) -> Diagnosis | None:
        """Say what Gunicorn's log says, in a sentence."""
        from labapp.servers.kinds.gunicorn import failures  # noqa: PLC0415 (a launch can do without)
        from labapp.servers.kinds.gunicorn.parsers import strange_parser  # noqa: PLC0415
        from labapp.servers.kinds.gunicorn.settings import Settings  # noqa: PLC0415

        if found := strange_parser(failure, self.command, self.application):
            return found
        if failure.hopeless not in (None, Hopeless.LEFT):
            return None  # What ended one worker did not end Gunicorn.
        typed = [*words(self.command.settings.get(VARIABLE, "")), *self.command.arguments]
        settings = Settings(typed, self._file(self._given.option("config")))
        return failures.diagnose(failure, self._moved(), settings)

    def _moved(self) -> Command:
        """Return the command as one that starts where --chdir leads it, and so needs none."""
        if not (place := self._given.value("chdir")):
            return self.command
        typed = re.sub(r"""\s--chdir[ =]("[^"]*"|'[^']*'|\S+)""", "", self.command.typed)
        return replace(self.command, cwd=self.command.cwd / str(place), typed=typed)

    @property
    def application(self) -> str:
        """The application that the command names, `module:name`, as far as it can be told from the rest."""
        words = self.command.arguments
        return next(filter(_APPLICATION.fullmatch, reversed(words)), "") or str(
            self._given.configured.get("wsgi_app") or ""
        )

    def signal_notes(self, role: str) -> Mapping[str, SignalNote]:
        """What each signal does to Gunicorn's master or to one of its workers."""
        return gunicorn_signals.notes(role, daemon=self._given.option("daemon"))
