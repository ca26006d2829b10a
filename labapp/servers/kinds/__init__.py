"""What the lab knows about each kind of server: `rows` lists them, `known` tells which one a command runs."""

from typing import TYPE_CHECKING

from labapp.door import door

if TYPE_CHECKING:
    from labapp.servers.kinds.complaints import misunderstanding
    from labapp.servers.kinds.known import FOREIGN, handle_of, installed, kind_of

__all__ = ["FOREIGN", "handle_of", "installed", "kind_of", "misunderstanding"]

__getattr__ = door(
    __name__,
    complaints="misunderstanding",
    known="FOREIGN handle_of installed kind_of",
)
