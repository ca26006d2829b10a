"""What servers without hooks have in common: their application tells of the requests."""

from collections.abc import Sequence

from labapp.observe.telling import VARIABLE
from labapp.servers.command import Size, has_option, option_values
from labapp.servers.diagnosis import Diagnosis, Failure, taken_over
from labapp.servers.guard import Record
from labapp.servers.http import free_port, is_free, is_loopback
from labapp.servers.server_kind import ServerKind

HIGHEST_PORT = 65535


class Told(ServerKind):
    """A server that has options for where it listens, and no hooks that would tell of its requests.

    A subclass names those options, and says what else is its own.
    """

    host_options: tuple[str, ...] = ("--host",)
    port_options: tuple[str, ...] = ("--port",)
    address_options: tuple[str, ...] = ()
    """The options that take a whole address, the first of which the lab uses where there are no others."""
    other_options: tuple[str, ...] = ()
    """The options by which it listens at something else: a unix socket, a descriptor."""
    socket_options: tuple[str, ...] = ()
    """Those of them that take the path of a unix socket."""
    host, port = "127.0.0.1", 8000
    """Where it listens unless told; where that is not loopback, the lab names a host."""
    variables = ""
    """How the variables begin that stand for its options."""
    any_port = True
    """Whether it takes port 0 for a free one."""
    shares_ports = False
    """Whether it listens, unasked, where another one listens already: each gets some of the requests."""

    def given(self, names: Sequence[str]) -> list[str]:
        """Return the values that some options are given, typed or in variables."""
        typed, settings = option_values(self.command.arguments, names), self.command.settings
        if not (settings and self.variables):
            return typed
        names_of = (f"{self.variables}{name.lstrip('-').replace('-', '_').upper()}" for name in names)
        return [settings[name] for name in names_of if name in settings] + typed

    @property
    def size(self) -> Size:
        """What it is given, else what it has unless told."""
        alone = self.sizing.alone
        return Size(
            self._number(self.sizing.workers, alone.workers), self._number(self.sizing.threads, alone.threads)
        )

    def _number(self, names: Sequence[str], unless_told: int | None) -> int | None:
        last = self.given(names)[-1:]
        return int(last[0]) if last and last[0].isdecimal() else unless_told

    @property
    def elsewhere(self) -> bool:
        """Whether it is told where to listen by other means than a host and a port."""
        return has_option(self.command.arguments, self.other_options)

    @property
    def addresses(self) -> list[str]:
        """The TCP addresses at which the command has it listen, as far as the command tells."""
        found = [one for value in self.given(self.address_options) for one in value.split()]
        hosts, ports = self.given(self.host_options), self.given(self.port_options)
        port = (ports or [str(self.port)])[-1]
        if (hosts or ports) and not found and port.isdecimal():  # The server itself says what is no port.
            found = [_joined((hosts or ["127.0.0.1"])[-1], port)]
        return [one if ":" in one.rpartition("]")[2] else f"{one}:{self.port}" for one in found]

    @property
    def sockets(self) -> list[str]:
        """The unix sockets at which the command has it listen."""
        bound = self.given(self.address_options)
        named = [one.removeprefix("unix:") for one in bound if one.startswith("unix:") or ":" not in one]
        return [*self.given(self.socket_options), *named]

    def notice(self) -> str:
        """Whose unix socket it takes."""
        return taken_over(self.sockets, self.command.cwd)

    def added(self, record: Record) -> tuple[str, ...]:  # noqa: ARG002
        """A free loopback port, where the command names none."""
        if self.asks or self.elsewhere or self.given(self.address_options):
            return ()
        port = "0" if self.any_port else str(free_port())
        if not self.port_options:
            return (self.address_options[0], f"127.0.0.1:{port}")
        words: list[str] = []
        if not self.given(self.host_options) and self.host != "127.0.0.1":
            words += [self.host_options[0], "127.0.0.1"]
        if not self.given(self.port_options):
            words += [self.port_options[0], port]
        return tuple(words)

    def additions(self, record: Record) -> dict[str, str]:
        """Where the application can tell of its requests."""
        return {VARIABLE: str(record.events)} if self.emits_events else {}

    @property
    def emits_events(self) -> bool:
        """The application does, if it was made to."""
        return self.observed and not self.asks

    @property
    def silence(self) -> str:
        """It has no hooks."""
        return f"({self.name} has no hooks: an application tells of them itself, with `told` around it)"

    def refusal(self) -> Diagnosis | None:
        """Where there is no such place, and where it would share a port; others cannot, and say so."""
        ports = (one.rpartition(":")[2] for one in self.addresses)
        if wrong := next((one for one in ports if one.isdecimal() and int(one) > HIGHEST_PORT), None):
            return Diagnosis(
                f"There is no port {wrong}: the highest is {HIGHEST_PORT}.",
                "name another one, or none: the lab finds one that is free.",
            )
        sockets = self.sockets
        if not (sockets or self.shares_ports):
            return None
        from labapp.servers.kinds.complaints import no_directory, taken  # noqa: PLC0415 (few commands need it)

        for path in sockets:
            if not path:
                return Diagnosis("The command names no path for its unix socket.", "name one.")
            if not (place := self.command.cwd / path).parent.is_dir():
                return no_directory(place, path)
        if not self.shares_ports:
            return None
        busy = [one for one in self.addresses if not is_free(one)]
        return taken(busy, self.command, "another process") if busy else None

    def exposure(self) -> str | None:
        """The first address that is not loopback, where one is named."""
        return next((one for one in self.addresses if not is_loopback(one)), None)

    def read_log(self, failure: Failure) -> Diagnosis | None:
        """Return what servers say alike when they do not start."""
        from labapp.servers.kinds.complaints import read  # noqa: PLC0415 (a launch can do without)

        places = [*self.addresses, *(f"unix:{self.command.cwd / one}" for one in self.sockets)]
        return read(failure, self.name, self.command, places)


def _joined(host: str, port: str) -> str:
    return f"[{host}]:{port}" if ":" in host and not host.startswith("[") else f"{host}:{port}"
