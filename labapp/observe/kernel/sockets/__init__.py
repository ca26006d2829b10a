"""Sockets that listen: which a process holds, who listens where, how many connections wait."""

from labapp.observe.kernel.sockets.backlog import waiting
from labapp.observe.kernel.sockets.listeners import Newcomers, descriptors, listening

__all__ = ["Newcomers", "descriptors", "listening", "waiting"]
