"""Nginx: its processes, its log, its signals, whoever wrote its configuration."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from labapp.observe import MASTER, WORKER, LogSyntax, Role
from labapp.servers.kinds.nginx import signals
from labapp.servers.server_kind import LEVEL_AND_TEXT, ServerKind, SignalNote

# 2026/11/20 23:49:30 [notice] 123#123: start worker processes
LINE = re.compile(
    r"\d{4}/\d\d/\d\d (?P<time>\d\d:\d\d:\d\d) \[(?P<level>[a-z]+)\] "
    r"(?P<pid>\d+)#\d+: (?:\*\d+ )?(?P<text>.*)"
)


class Nginx(ServerKind):
    """What the lab knows about Nginx."""

    name = "Nginx"
    programs = frozenset({"nginx"})
    prefork = True
    titles = MappingProxyType(
        {
            "nginx: master process": MASTER,
            "nginx: worker process": WORKER,
            "nginx: cache manager process": Role("cache manager", "C"),
            "nginx: cache loader process": Role("cache loader", "L"),
        }
    )
    event_source = "nginx"
    foreign = "NGINX"  # Sockets handed over from another one.
    log_syntax = LogSyntax((LINE, LEVEL_AND_TEXT))
    stop_signal = "QUIT"  # TERM does not let it finish.

    def signal_notes(self, role: str) -> Mapping[str, SignalNote]:
        """What each signal does to Nginx's master or to one of its workers."""
        return signals.notes(role)
