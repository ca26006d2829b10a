"""A running Nginx, as a notebook holds it in its hand."""

import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from labapp.servers.addresses import is_loopback, reachable
from labapp.servers.client import Client
from labapp.servers.errors import LaunchError
from labapp.servers.guard.client import Guarded
from labapp.servers.kinds.nginx import failures
from labapp.servers.kinds.nginx.check import check
from labapp.servers.kinds.nginx.chosen import choose
from labapp.servers.kinds.nginx.kind import Nginx, Source
from labapp.servers.kinds.nginx.listens import listens
from labapp.servers.kinds.nginx.nginx_conf import ACCESS, COUNT, NAME, NEW, Whole, assemble
from labapp.servers.kinds.nginx.relay import Relay
from labapp.servers.kinds.nginx.reload import RefusedError, ReloadError, replace_workers
from labapp.servers.kinds.nginx.template import Template
from labapp.servers.log import Excerpt, Log
from labapp.servers.readiness import SOON, Answer, NotReadyError
from labapp.servers.server import Server

if TYPE_CHECKING:
    from labapp.observe.timeline.slice import Stretch


class NginxServer(Server):
    """A real Nginx under its guard: a server like the others, with a configuration that can be replaced."""

    _program: Nginx

    def __init__(
        self,
        program: Nginx,
        environment: Mapping[str, str],
        guarded: Guarded,
        log: Log,
        talk: socket.socket | None = None,
    ) -> None:
        super().__init__(program, environment, guarded, log, talk)
        self._left: list[Client] = []
        record = guarded.record
        self._relay = Relay(record.directory / ACCESS, record.directory / COUNT, record.events)

    def _bury(self) -> None:
        super()._bury()
        self._relay.close()

    @property
    def addresses(self) -> dict[str, str]:
        """The free addresses that the lab filled in, by their names in the configuration: `listen`, …"""
        return dict(self._program.source.addresses)

    @property
    def config(self) -> Excerpt:
        """The whole file that Nginx was given, the learner's part between two lines that say so."""
        return Excerpt(self._program.whole.text)

    @property
    def url(self) -> str | None:
        """Where it answers, as a URL; None on a unix socket."""
        plain = super().url
        return plain.replace("http:", "https:", 1) if plain and self._speaks_tls else plain

    @property
    def _speaks_tls(self) -> bool:
        found = listens(self._program.whole.filled.text)
        return any(one.tls for one in found if reachable(one.address) == self.address)

    def journey(self) -> "Stretch":
        """Return what happened in it and in the servers that its configuration names, in one order of time.

        There a request is seen to pass from Nginx to a worker. Nginx tells of a request when it has ended,
        and its times to the millisecond.
        """
        from labapp.servers.kinds.nginx.merged_timeline import behind, joined  # noqa: PLC0415 (a launch can do without)

        servers = {"nginx": self, **behind(self._program.source.names)}
        return joined({name: server.timeline.now() for name, server in servers.items()})

    def reload(self, config: str | Path | None = None, **names: object) -> None:
        """Have it read its configuration again, or another one, and return when new workers serve.

        The names given at the launch still hold; `names` are added to them. The configuration is tested
        first: `ReloadError` says what is wrong with it, and that the old one goes on serving. Workers that
        are still busy finish their requests under the old one.
        """
        if not self.running:
            raise LaunchError(
                "The server has ended: there is nothing to reload.", "run lab.nginx(...) again."
            )
        before = self._program.source
        try:
            template = before.template if config is None else Template(config)
            given = {**before.names, **names}
            addresses = {**before.addresses, **choose(template, given, before.addresses)}
            source = replace(before, template=template, names=given, addresses=addresses)
            whole = self._tested(source)
        except LaunchError as error:
            raise ReloadError(error) from None
        self._change(source, whole)

    def _tested(self, source: Source) -> Whole:
        """Return what Nginx is to be given, once it has found that good."""
        before = self._program.whole
        whole = assemble(source.fill(), self.directory, before.size)
        own = frozenset(one.address for one in listens(before.filled.text))
        check(whole, self.directory / NEW, self._program.command, exposed=source.exposed, own=own)
        return whole

    def _change(self, source: Source, whole: Whole) -> None:
        """Let it live by another configuration, unless it has second thoughts."""
        program, before, current = self._program, self._program.whole, self.directory / NAME
        (self.directory / NEW).replace(current)
        try:
            replace_workers(self, whole.size.workers)
        except RefusedError as refused:
            current.write_text(before.text)
            raise ReloadError(failures.refused(str(refused), whole, self.typed)) from None
        program.source, program.whole = source, whole
        if self.address not in {reachable(one.address) for one in listens(whole.filled.text)}:
            self._answer = Answer(reachable(self._first_address(self.listening())), 0)
        self._leave_connections()

    def _leave_connections(self) -> None:
        """Open new ones for what is asked from now on: an old worker closes those that are idle."""
        with self._lock:
            if self._client is not None:
                self._left.append(self._client)
                self._client = None

    def _hang_up(self) -> None:
        super()._hang_up()
        for client in self._left:
            client.close()

    def _first_answer(
        self,
        serving: Callable[[], set[str]],
        path: str,  # noqa: ARG002 - no request is sent: one to `/` might go on to an upstream
        timeout: float,
        exposed: bool,
    ) -> Answer:
        """Wait until it listens and has workers: from then on the kernel takes every connection for them."""
        deadline = time.monotonic() + timeout
        found: set[str] = set()
        while not self._guarded.over:
            found = serving()
            strange = sorted(address for address in found if not is_loopback(address))
            if strange and not exposed:
                raise NotReadyError(strange[0], found)
            if found and self.snapshot().workers:
                return Answer(self._first_address(found), 0)
            if time.monotonic() > deadline:
                raise NotReadyError(listening=found, timed_out=True)
            self._guarded.wait(SOON)
        raise NotReadyError(listening=found)

    def _first_address(self, found: set[str]) -> str:
        """Return `listen`, or the first in the configuration without TLS, or with it."""
        stated = sorted(listens(self._program.whole.filled.text), key=lambda one: one.tls)
        wanted = [self._program.source.addresses.get("listen", ""), *(one.address for one in stated)]
        return next((address for address in wanted if address in found), min(found))
