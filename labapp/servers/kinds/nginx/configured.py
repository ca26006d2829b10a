"""An Nginx that the lab runs: in its runtime directory, from the one file that the lab has written there."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, replace
from pathlib import Path

from labapp.servers import command as commands
from labapp.servers.diagnosis import Diagnosis, Failure
from labapp.servers.guard import Record
from labapp.servers.http import reachable
from labapp.servers.kinds.nginx import refusals
from labapp.servers.kinds.nginx.configuration import (
    ACCESS_SOCKET,
    CONF_NAME,
    COUNT_FILE,
    Filled,
    NginxConf,
    Template,
    listens,
    passed_to,
    unlogged,
)
from labapp.servers.kinds.nginx.kind import Nginx
from labapp.servers.kinds.nginx.relay import Relay

# The directory's name is nothing to remember, and differs each time.
TYPED = f"nginx -p … -c {CONF_NAME} -e stderr"


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


class ConfiguredNginx(Nginx):
    """Nginx with a configuration of the learner's, in a file of the lab's."""

    launcher = "lab.nginx"
    ready_when_it_listens = True  # Asked for `/`, it might ask an upstream.

    def __init__(
        self, command: commands.Command, source: Source, conf: NginxConf, *, workers: int = 0
    ) -> None:
        super().__init__(command)
        self._workers = workers
        self.source = source
        self.conf = conf
        self.relay: Relay | None = None
        self._passed: tuple[NginxConf | None, set[str]] = None, set()

    @property
    def workers_due(self) -> int:
        """As many as the lab has written into its configuration."""
        return self._workers

    @property
    def emits_events(self) -> bool:
        """It tells of its requests, by its access log."""
        return True

    @property
    def unseen(self) -> str:
        """Those of which it writes no line where the lab would see it."""
        places = list(dict.fromkeys(unlogged(self.conf.filled.text, self.conf.directory)))
        return f"in {', '.join(places)} (an access_log of its own, or off)" if places else ""

    def event_relay(self, record: Record) -> AbstractContextManager[object]:
        """Return the process that takes in its access log."""
        self.relay = Relay(record.directory / ACCESS_SOCKET, record.directory / COUNT_FILE, record.events)
        return closing(self.relay)

    @property
    def behind(self) -> Mapping[str, object]:
        """The servers among what its configuration was given."""
        from labapp.servers.kinds.nginx.merged_timeline import behind  # noqa: PLC0415 (it knows servers)

        return behind(self.source.names)

    def passes_to(self, address: str) -> bool:
        """Whether the configuration names an address where an upstream stands."""
        if self._passed[0] is not self.conf:
            self._passed = self.conf, passed_to(self.conf.filled.text, self.conf.directory)
        return address in self._passed[1]

    def speaks_tls(self, address: str) -> bool:
        """Whether the configuration says `ssl` of an address."""
        return any(one.tls for one in listens(self.conf.filled.text) if reachable(one.address) == address)

    def first_address(self, found: set[str]) -> str:
        """Return `listen`, or the first in the configuration without TLS, or with it."""
        stated = sorted(listens(self.conf.filled.text), key=lambda one: one.tls)
        wanted = [self.source.addresses.get("listen", ""), *(one.address for one in stated)]
        return next((address for address in wanted if address in found), min(found))

    def read_log(self, failure: Failure) -> Diagnosis | None:
        """Say in a sentence what Nginx says in its log."""
        return refusals.diagnosis(failure.log, self.conf)


def command(program: str, record: Record) -> commands.Command:
    """Return the command line that runs the configuration in a runtime directory."""
    words = [program, "-p", f"{record.directory}/", "-c", CONF_NAME, "-e", "stderr"]
    parsed = commands.parse(words, cwd=record.directory, foreign=["NGINX"])
    return replace(parsed, typed=TYPED)
