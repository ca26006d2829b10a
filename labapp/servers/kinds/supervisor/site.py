"""What a configuration of Supervisor's says: its programs, and where it is controlled."""

import json
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from labapp.servers import command as commands
from labapp.servers.errors import LaunchError
from labapp.servers.http import free_port
from labapp.servers.kinds.known import kind_of
from labapp.servers.server_kind import ServerKind

_READER = Path(__file__).with_name("reader.py")
_PATIENCE = 30.0  # Seconds; it takes 0.2 s.
INFO = 20
_MOST = 4  # Addresses that a configuration can have the lab fill in.


@dataclass(frozen=True)
class Program:
    """A program that Supervisor is to keep alive."""

    name: str
    command: str
    directory: str | None
    environment: Mapping[str, str]
    autostart: bool
    startsecs: int
    startretries: int
    group: str
    logs: tuple[str, ...]

    def kind(self, command: commands.Command) -> ServerKind | None:
        """Return what is known of it, started by such a supervisord; None where nothing can run it."""
        place = command.cwd / (self.directory or "")
        try:
            parsed = commands.parse(shlex.split(self.command), cwd=place, env=self.environment)
        except (LaunchError, ValueError):
            return None  # Supervisor itself says what is wrong with it.
        return kind_of(parsed)


@dataclass(frozen=True)
class Control:
    """A socket at which supervisord takes orders: a unix socket, or a TCP address."""

    path: str
    host: str
    port: int
    username: str
    password: str

    @property
    def address(self) -> str:
        """The address, as the lab writes one; `*` stands for all of this machine."""
        return f"unix:{self.path}" if self.path else f"{self.host or '*'}:{self.port}"

    @property
    def url(self) -> str:
        """The address, as supervisorctl takes it."""
        return f"unix://{self.path}" if self.path else f"http://{self.host or '127.0.0.1'}:{self.port}"


@dataclass(frozen=True)
class Site:
    """A configuration as supervisord reads it."""

    file: str = ""
    named: frozenset[str] = frozenset()
    """The variables of the environment that it names."""
    sets: frozenset[str] = frozenset()
    """Those of the files of its own that it puts somewhere: logfile, pidfile, childlogdir."""
    programs: tuple[Program, ...] = ()
    controls: tuple[Control, ...] = ()
    silent: bool = False
    level: int = INFO
    """From which level on it writes: what it says of its programs is INFO."""
    error: str = ""
    """What is wrong with it, in supervisord's words."""

    @property
    def control(self) -> Control | None:
        """Where it takes orders, a unix socket if there is one."""
        return next(iter(sorted(self.controls, key=lambda one: not one.path)), None)


def addresses() -> dict[str, str]:
    """Return free addresses of loopback by the variables that name them, and the port of each."""
    found: dict[str, str] = {}
    for number in range(1, _MOST + 1):
        name, port = f"LISTEN{number if number > 1 else ''}", free_port()
        found |= {name: f"127.0.0.1:{port}", f"{name}_PORT": str(port)}
    return found


def read_site(command: commands.Command, variables: Mapping[str, str]) -> Site:
    """Return what a command of supervisord's configures, with these variables beside its own."""
    run = subprocess.run(
        [sys.executable, "-I", str(_READER), command.server, *command.arguments],
        cwd=command.cwd,
        env={**command.environment, **variables},
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )
    if run.returncode:
        return Site(error=(run.stderr.strip().splitlines() or ["it cannot be read"])[-1])
    return site(json.loads(run.stdout))


def site(told: Mapping[str, object]) -> Site:
    """Return what the reader has told, as values."""
    if "error" in told:
        return Site(error=str(told["error"]))
    programs, controls = told["programs"], told["controls"]
    named, sets = told["named"], told["sets"]
    assert isinstance(programs, list)
    assert isinstance(controls, list)
    assert isinstance(named, list)
    assert isinstance(sets, list)
    return Site(
        str(told["file"]),
        frozenset(named),
        frozenset(sets),
        tuple(Program(**{**one, "logs": tuple(one["logs"])}) for one in programs),
        tuple(Control(**one) for one in controls),
        told["silent"] is True,
        int(str(told["level"])),
    )
