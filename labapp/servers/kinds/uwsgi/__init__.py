"""uWSGI: its configuration files, its processes, its signals, and why it does not serve."""

from typing import TYPE_CHECKING

from labapp.door import door

if TYPE_CHECKING:
    from labapp.servers.kinds.uwsgi.kind import Uwsgi

__all__ = ["Uwsgi"]

__getattr__ = door(
    __name__,
    kind="Uwsgi",
)
