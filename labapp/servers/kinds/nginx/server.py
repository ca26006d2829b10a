"""A running Nginx, as a notebook holds it in its hand."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from labapp.arguments import NOTHING, TEXT, instance, takes
from labapp.servers.errors import LaunchError
from labapp.servers.http import Answer, reachable
from labapp.servers.kinds.nginx import refusals
from labapp.servers.kinds.nginx.check import check
from labapp.servers.kinds.nginx.configuration import (
    CONF_NAME,
    NEW_CONF_NAME,
    NginxConf,
    Template,
    assemble,
    choose_addresses,
    listens,
)
from labapp.servers.kinds.nginx.configured import ConfiguredNginx, Source
from labapp.servers.kinds.nginx.keywords import refuse_options
from labapp.servers.kinds.nginx.reload import RefusedError, ReloadError, replace_workers
from labapp.servers.log import Excerpt
from labapp.servers.server import Server

if TYPE_CHECKING:
    from labapp.observe.timeline import TimelineSlice


class NginxServer(Server):
    """A real Nginx under its guard: a server like the others, with a configuration that can be replaced."""

    kind: ConfiguredNginx

    @property
    def addresses(self) -> dict[str, str]:
        """The free addresses that the lab filled in, by their names in the configuration: `listen`, …"""
        return dict(self.kind.source.addresses)

    @property
    def config(self) -> Excerpt:
        """The whole file that Nginx was given, the learner's part between two lines that say so."""
        return Excerpt(self.kind.conf.text)

    def merged_timeline(self) -> "TimelineSlice":
        """Return what happened in it and in the servers that its configuration names, in one order of time.

        There a request is seen to pass from Nginx to a worker. Nginx tells of a request when it has ended,
        and its times to the millisecond.
        """
        from labapp.servers.kinds.nginx.merged_timeline import behind, joined  # noqa: PLC0415 (a launch can do without)

        servers = {"nginx": self, **behind(self.kind.source.names)}
        return joined({name: server.timeline.now() for name, server in servers.items()})

    @takes(config=TEXT | instance("a Path", Path) | NOTHING)
    def reload(self, config: str | Path | None = None, **names: object) -> None:
        """Have it read its configuration again, or another one, and return when new workers serve.

        The names given at the launch still hold; `names` are added to them. The configuration is tested
        first: `ReloadError` says what is wrong with it, and that the old one goes on serving. Workers that
        are still busy finish their requests under the old one.
        """
        if not self.running:
            raise LaunchError(
                f"The server has ended ({self.ending}): there is nothing to reload.",
                "run lab.nginx(...) again.",
            )
        before = self.kind.source
        try:
            template = before.template if config is None else Template(config)
            refuse_options(template, names)
            given = {**before.names, **names}
            addresses = {**before.addresses, **choose_addresses(template, given, before.addresses)}
            source = replace(before, template=template, names=given, addresses=addresses)
            conf = self._tested(source)
        except LaunchError as error:
            raise ReloadError(error) from None
        self._change(source, conf)

    def _tested(self, source: Source) -> NginxConf:
        """Return what Nginx is to be given, once it has found that good."""
        before = self.kind.conf
        conf = assemble(source.fill(), self.directory, before.size)
        own = frozenset(one.address for one in listens(before.filled.text))
        check(conf, self.directory / NEW_CONF_NAME, self.kind.command, exposed=source.exposed, own=own)
        return conf

    def _change(self, source: Source, conf: NginxConf) -> None:
        """Let it live by another configuration, unless it has second thoughts."""
        before, current = self.kind.conf, self.directory / CONF_NAME
        (self.directory / NEW_CONF_NAME).replace(current)
        try:
            replace_workers(self, conf.size.workers)
        except RefusedError as refused:
            current.write_text(before.text)
            raise ReloadError(refusals.refused(str(refused), conf, self.typed)) from None
        self.kind.source, self.kind.conf = source, conf
        if self.address not in {reachable(one.address) for one in listens(conf.filled.text)}:
            self.first_answer = Answer(reachable(self.kind.first_address(self.listening())), 0)
        # An old worker closes the connections that are idle: what is asked from now on opens new ones.
        self.renew_client()
