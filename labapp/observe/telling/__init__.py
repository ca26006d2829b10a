"""What an application tells of its own requests, under a server that has no hooks: one layer around it."""

from typing import TYPE_CHECKING

from labapp.door import door

if TYPE_CHECKING:
    from labapp.observe.telling.layer import VARIABLE, told

__all__ = ["VARIABLE", "told"]

__getattr__ = door(__name__, layer="VARIABLE told")
