"""What the lab knows about each kind of server; `KINDS` lists them, the one for any other command last."""

from typing import TYPE_CHECKING

from labapp.door import door

if TYPE_CHECKING:
    from labapp.servers.kinds.known import KINDS, AnyOther, kind_of

__all__ = ["KINDS", "AnyOther", "kind_of"]

__getattr__ = door(
    __name__,
    known="AnyOther KINDS kind_of",
)
