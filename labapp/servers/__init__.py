"""Real servers as managed processes: launched under a guard, asked, signalled, and ended."""

from typing import TYPE_CHECKING

from labapp.door import door

if TYPE_CHECKING:
    from labapp.servers.command import Command, Size, own_directories
    from labapp.servers.errors import LaunchError
    from labapp.servers.launching import kind_for, launch, launch_kind
    from labapp.servers.registry import reset, servers
    from labapp.servers.server import Server
    from labapp.servers.server_kind import ServerKind, SignalNote
    from labapp.servers.signals import Which, listen_for_signals, send_signal
    from labapp.servers.unhurried import is_unhurried
    from labapp.servers.wording import count, ending, is_orderly, tells_of_crash

__all__ = [
    "Command",
    "LaunchError",
    "Server",
    "ServerKind",
    "SignalNote",
    "Size",
    "Which",
    "count",
    "ending",
    "is_orderly",
    "is_unhurried",
    "kind_for",
    "launch",
    "launch_kind",
    "listen_for_signals",
    "own_directories",
    "reset",
    "send_signal",
    "servers",
    "tells_of_crash",
]

__getattr__ = door(
    __name__,
    command="Command Size own_directories",
    errors="LaunchError",
    launching="kind_for launch launch_kind",
    registry="reset servers",
    server="Server",
    server_kind="ServerKind SignalNote",
    signals="Which listen_for_signals send_signal",
    unhurried="is_unhurried",
    wording="count ending is_orderly tells_of_crash",
)
