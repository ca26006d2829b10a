"""Why a server does not start: how it failed, its tracebacks, the modules meant, who holds a socket."""

from typing import TYPE_CHECKING

from labapp.door import door

if TYPE_CHECKING:
    from labapp.servers.diagnosis.failure import Diagnosis, Failure, Hopeless
    from labapp.servers.diagnosis.hopeless import explain, own_words
    from labapp.servers.diagnosis.modules import close_modules, offered
    from labapp.servers.diagnosis.socket_owners import socket_owner
    from labapp.servers.diagnosis.tracebacks import Traceback, read_tracebacks, without_library_frames

__all__ = [
    "Diagnosis",
    "Failure",
    "Hopeless",
    "Traceback",
    "close_modules",
    "explain",
    "offered",
    "own_words",
    "read_tracebacks",
    "socket_owner",
    "without_library_frames",
]

__getattr__ = door(
    __name__,
    failure="Diagnosis Failure Hopeless",
    hopeless="explain own_words",
    modules="close_modules offered",
    socket_owners="socket_owner",
    tracebacks="Traceback read_tracebacks without_library_frames",
)
