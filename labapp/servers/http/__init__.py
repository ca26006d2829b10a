"""Speaking HTTP to a server: where it is reached, when it first answers, and whatever is asked then."""

from typing import TYPE_CHECKING

from labapp.door import door

if TYPE_CHECKING:
    from labapp.servers.http.addresses import free_port, host_and_port, is_free, is_loopback, reachable
    from labapp.servers.http.client import Client
    from labapp.servers.http.jupyter import browser_link
    from labapp.servers.http.prospects import Prospects
    from labapp.servers.http.readiness import Answer, NotReadyError, wait_until_ready

__all__ = [
    "Answer",
    "Client",
    "NotReadyError",
    "Prospects",
    "browser_link",
    "free_port",
    "host_and_port",
    "is_free",
    "is_loopback",
    "reachable",
    "wait_until_ready",
]

__getattr__ = door(
    __name__,
    addresses="free_port host_and_port is_free is_loopback reachable",
    client="Client",
    jupyter="browser_link",
    prospects="Prospects",
    readiness="Answer NotReadyError wait_until_ready",
)
