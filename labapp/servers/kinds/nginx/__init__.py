"""Nginx: its processes and signals, and an instance without privileges for a learner's configuration."""

from typing import TYPE_CHECKING

from labapp.door import door

if TYPE_CHECKING:
    from labapp.servers.kinds.nginx.binary import find_nginx
    from labapp.servers.kinds.nginx.kind import Nginx
    from labapp.servers.kinds.nginx.launch import nginx
    from labapp.servers.kinds.nginx.reload import ReloadError
    from labapp.servers.kinds.nginx.server import NginxServer

__all__ = ["Nginx", "NginxServer", "ReloadError", "find_nginx", "nginx"]

__getattr__ = door(
    __name__,
    binary="find_nginx",
    kind="Nginx",
    launch="nginx",
    reload="ReloadError",
    server="NginxServer",
)
