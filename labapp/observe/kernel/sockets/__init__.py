"""Sockets that listen: which a process holds, who listens where, who is connected."""

from labapp.observe.kernel.sockets.backlog import waiting
from labapp.observe.kernel.sockets.connections import Connections
from labapp.observe.kernel.sockets.diagnosis import Established, established
from labapp.observe.kernel.sockets.listeners import Newcomers, descriptors, listening

__all__ = ["Connections", "Established", "Newcomers", "descriptors", "established", "listening", "waiting"]
