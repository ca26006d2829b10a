"""What the operating system and the servers say: the process tree and its events."""

from typing import TYPE_CHECKING

from labapp.door import door

if TYPE_CHECKING:
    from labapp.observe.log_syntax import LogSyntax
    from labapp.observe.role import MASTER, RELOADER, SERVER, SUPERVISOR, WORKER, Role
    from labapp.observe.roles import Roles
    from labapp.observe.shape import Shape
    from labapp.observe.tree import Tree

__all__ = [
    "MASTER",
    "RELOADER",
    "SERVER",
    "SUPERVISOR",
    "WORKER",
    "LogSyntax",
    "Role",
    "Roles",
    "Shape",
    "Tree",
]

__getattr__ = door(
    __name__,
    log_syntax="LogSyntax",
    role="MASTER RELOADER SERVER SUPERVISOR WORKER Role",
    roles="Roles",
    shape="Shape",
    tree="Tree",
)
