"""What the lab knows about each kind of server: `rows` lists them, `known` tells which one a command runs."""

from typing import TYPE_CHECKING

from labapp.door import door

if TYPE_CHECKING:
    from labapp.servers.kinds.known import FOREIGN, handle_of, installed, kind_of
    from labapp.servers.kinds.mistaken import misunderstanding

__all__ = ["FOREIGN", "handle_of", "installed", "kind_of", "misunderstanding"]

__getattr__ = door(
    __name__,
    known="FOREIGN handle_of installed kind_of",
    mistaken="misunderstanding",
)
