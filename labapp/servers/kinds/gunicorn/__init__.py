"""Gunicorn: how it is bound, its processes, its log, its signals, its events, and why it does not start."""

from typing import TYPE_CHECKING

from labapp.door import door

if TYPE_CHECKING:
    from labapp.servers.kinds.gunicorn.kind import HOOKED, VARIABLE, Gunicorn

__all__ = ["HOOKED", "VARIABLE", "Gunicorn"]

__getattr__ = door(
    __name__,
    kind="HOOKED VARIABLE Gunicorn",
)
