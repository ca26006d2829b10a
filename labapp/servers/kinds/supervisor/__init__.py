"""Supervisor: its configuration, the programs that it keeps alive, its signals, and why it gives one up."""

from typing import TYPE_CHECKING

from labapp.door import door

if TYPE_CHECKING:
    from labapp.servers.kinds.supervisor.kind import Supervisor
    from labapp.servers.kinds.supervisor.server import SupervisorServer

__all__ = ["Supervisor", "SupervisorServer"]

__getattr__ = door(
    __name__,
    kind="Supervisor",
    server="SupervisorServer",
)
