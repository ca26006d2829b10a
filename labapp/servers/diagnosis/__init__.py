"""Why a server does not start: how it failed, its tracebacks, the modules meant, who holds a socket."""

from typing import TYPE_CHECKING

from labapp.door import door

if TYPE_CHECKING:
    from labapp.servers.diagnosis.exceptions import explain_exception, first_cause, last_cause, missing_module
    from labapp.servers.diagnosis.failure import Diagnosis, Failure, Hopeless
    from labapp.servers.diagnosis.hints import meant
    from labapp.servers.diagnosis.hopeless import explain, explain_timeout
    from labapp.servers.diagnosis.interfaces import misfit, uncalled
    from labapp.servers.diagnosis.last_words import read_last_words
    from labapp.servers.diagnosis.modules import close_modules, first_call, offered, offered_within, source
    from labapp.servers.diagnosis.shadows import shadowed
    from labapp.servers.diagnosis.socket_owners import path_owner, socket_owner, taken_over
    from labapp.servers.diagnosis.stacks import Stack, stack_of
    from labapp.servers.diagnosis.tracebacks import read_tracebacks, without_library_frames

__all__ = [
    "Diagnosis",
    "Failure",
    "Hopeless",
    "Stack",
    "close_modules",
    "explain",
    "explain_exception",
    "explain_timeout",
    "first_call",
    "first_cause",
    "last_cause",
    "meant",
    "misfit",
    "missing_module",
    "offered",
    "offered_within",
    "path_owner",
    "read_last_words",
    "read_tracebacks",
    "shadowed",
    "socket_owner",
    "source",
    "stack_of",
    "taken_over",
    "uncalled",
    "without_library_frames",
]

__getattr__ = door(
    __name__,
    exceptions="explain_exception first_cause last_cause missing_module",
    failure="Diagnosis Failure Hopeless",
    hopeless="explain explain_timeout",
    interfaces="misfit uncalled",
    last_words="read_last_words",
    hints="meant",
    modules="close_modules first_call offered offered_within source",
    shadows="shadowed",
    socket_owners="path_owner socket_owner taken_over",
    stacks="Stack stack_of",
    tracebacks="read_tracebacks without_library_frames",
)
