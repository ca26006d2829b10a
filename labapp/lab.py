"""The short vocabulary of the notebooks."""

from labapp.servers.errors import LaunchError
from labapp.servers.launch import launch
from labapp.servers.registry import reset, servers
from labapp.servers.server import Server

__all__ = ["LaunchError", "Server", "launch", "reset", "servers"]
